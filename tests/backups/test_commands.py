"""The three commands as they are typed, on a school of their own."""

from __future__ import annotations

import fcntl

import pytest

from houqin.backups.folder import DUMP, names_in
from tests.backups.conftest import Proof, asked
from tests.program import ProgramFailed

pytestmark = pytest.mark.django_db(transaction=True)

JOURNAL = "SELECT state || ' ' || (restored_at IS NOT NULL) FROM houqin_backup ORDER BY begun_at"


# Sealed with a key that is not here, as on a new machine.
LOCKED_CHANNEL = """
INSERT INTO houqin_channel (public_id, version, created_at, way, name, host, security, username, sender,
    sealed_address, sealed_secret, kinds, trouble)
VALUES ('LOCKED2345', 1, now(), 'wecom', '总务处群', 'qyapi.weixin.qq.com', '', '', '', 'x', '', '{}', '')
"""
LOCKED_OUT = """
INSERT INTO houqin_twostep (user_id, secret, last_step, recovery) SELECT id, 'x', 0, '{}' FROM houqin_user
"""


def test_back_up_check_restore_and_back_again(proof: Proof) -> None:
    """The journal of the restored school says so; a damaged backup and an unasked one are refused."""
    place, site = proof.place, proof.site
    with site.server.connect() as connection:
        connection.execute(LOCKED_CHANNEL)
        connection.execute(LOCKED_OUT)
    said = place.run("manage.py", "back_up")
    assert said.splitlines()[-1].startswith("备份完成，并已恢复核对：")
    name = names_in(site.data / "backups")[-1]
    folder = str(site.data / "backups" / name)
    assert place.run("manage.py", "check_backup", folder).startswith("完好：青溪镇中心小学，")
    assert asked(site.server, JOURNAL) == ["found false", "good false"]
    with site.server.connect() as connection:
        connection.execute("UPDATE houqin_user SET name = '更后来改的'")
    with pytest.raises(ProgramFailed, match=r"1 名教职工.*请加上 --replace。什么都没有动。"):
        place.run("manage.py", "restore_backup", folder)
    said = place.run("manage.py", "restore_backup", folder, "--replace")
    assert said.splitlines()[-4].endswith("所有人需要重新登录。")
    assert said.splitlines()[-3].endswith("请系统管理员登录后重新填写：“总务处群”的Webhook 地址。")
    assert said.splitlines()[-2] == (
        "两步验证的动态码核对不了（后来改的 1 人）：登录时用备用码，再关闭、重新开启；"
        "没有备用码的，请系统管理员重置密码。"
        "系统管理员自己没有备用码、也没有别的系统管理员帮忙的，"
        "请在服务器上运行：python3 manage.py turn_off_two_step 工号。"
    )
    assert (proof.people(), asked(site.server, JOURNAL)) == (["后来改的"], ["found false", "good true"])
    place.run("manage.py", "restore_backup", "--undo")
    assert (proof.people(), asked(site.server, JOURNAL)) == (["更后来改的"], ["found false", "good false"])


def test_a_command_that_cannot_do_it_says_why_and_touches_nothing(proof: Proof) -> None:
    place, site = proof.place, proof.site
    (proof.folder / DUMP).write_bytes(b"cut")
    for command in (("check_backup",), ("restore_backup", "--replace")):
        with pytest.raises(ProgramFailed, match=f"{DUMP} 已损坏"):
            place.run("manage.py", *command, str(proof.folder))
    with pytest.raises(ProgramFailed, match="make restore FROM=备份文件夹"):
        place.run("manage.py", "restore_backup")
    with open(site.data / "supervisor.json", "w") as running:
        fcntl.flock(running, fcntl.LOCK_EX)
        with pytest.raises(ProgramFailed, match="后勤正在运行"):
            place.run("manage.py", "restore_backup", str(proof.folder), "--replace")
    with open(site.data / "backup.turn", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with pytest.raises(ProgramFailed, match="另一个备份或恢复正在进行"):
            place.run("manage.py", "back_up")
    assert (proof.people(), asked(site.server, JOURNAL)) == (["后来改的"], [])


def test_a_backup_that_fails_stands_in_the_journal_with_its_reason(proof: Proof) -> None:
    (proof.site.data / "not a folder").write_text("")
    around = {**proof.place.environ, "HOUQIN_BACKUPS": str(proof.site.data / "not a folder" / "x")}
    with pytest.raises(ProgramFailed, match="没有做成"):
        type(proof.place)(proof.site.data, around).run("manage.py", "back_up")
    assert [said[:8] for said in asked(proof.site.server, "SELECT said FROM houqin_backup")] == [
        "读写 " + str(proof.site.data)[:5]
    ]
