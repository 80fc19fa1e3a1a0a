"""What the database itself refuses about rosters, whoever writes and however.

The services check the same and say it in Chinese; these triggers hold against raw SQL of the app role too.
"""

from __future__ import annotations

import pgtrigger

from houqin.database.triggers import before

# Somebody is on duty by a shift of the roster's own kind, on one of its days; whoever was on it when its log
# was signed stays there.
DUTY_FITS = """
SELECT * INTO drawn FROM houqin_roster WHERE id = NEW.roster_id FOR SHARE;
IF TG_OP = 'UPDATE' AND NEW.person_id <> OLD.person_id AND EXISTS (
    SELECT 1 FROM houqin_dutylog WHERE shift_id = OLD.shift_id AND day = OLD.day AND state = 'signed'
) THEN
    RAISE EXCEPTION 'the log of the shift is signed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_duty_stays';
END IF;
IF NEW.day NOT BETWEEN drawn.first_on AND drawn.last_on OR NOT EXISTS (
    SELECT 1 FROM houqin_shift WHERE id = NEW.shift_id AND kind_id = drawn.kind_id
) THEN
    RAISE EXCEPTION 'the duty is none of this roster'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'duty_of_its_roster';
END IF;
RETURN NEW;
"""
# What hangs on the wall is not taken down, and keeps the duties that are in it.
ROSTER_STAYS = """
IF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'a roster that was published stays'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'published_roster_stays';
    END IF;
    RETURN OLD;
END IF;
IF NEW.kind_id <> OLD.kind_id OR EXISTS (
    SELECT 1 FROM houqin_duty
    WHERE roster_id = NEW.id AND day NOT BETWEEN NEW.first_on AND NEW.last_on
) THEN
    RAISE EXCEPTION 'the roster would lose duties'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'roster_keeps_its_duties';
END IF;
RETURN NEW;
"""

# Who asked whom for what stays what it was; what is settled is history.
SWAP_STAYS = """
IF NEW.asker_id <> OLD.asker_id OR NEW.other_id <> OLD.other_id OR NEW.kind_id <> OLD.kind_id
    OR NEW.duty_label <> OLD.duty_label OR NEW.other_label <> OLD.other_label
    OR NEW.asked_at <> OLD.asked_at OR NEW.reason <> OLD.reason
    OR (OLD.settled_at IS NOT NULL AND NEW.state = OLD.state AND (
        NEW.settled_at IS DISTINCT FROM OLD.settled_at OR NEW.opinion <> OLD.opinion
        OR NEW.settled_by_id IS DISTINCT FROM OLD.settled_by_id))
THEN
    RAISE EXCEPTION 'a swap stays what was asked'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'swap_stays';
END IF;
RETURN NEW;
"""
# A signed log is history; an open one stays that of its shift. What is no move at all is refused by the table
# of transitions, here and below.
LOG_STAYS = """
IF (OLD.state = 'signed' AND NEW.state = 'signed') OR NEW.shift_id <> OLD.shift_id OR NEW.day <> OLD.day
    OR NEW.kind_id <> OLD.kind_id
THEN
    RAISE EXCEPTION 'a signed log stays'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_log_stays';
END IF;
RETURN NEW;
"""
# What is in a log is written, changed and struck out only until it is signed. The lock keeps a signature that
# is not committed yet from being overtaken.
ONLY_WHILE_OPEN = """
SELECT state INTO written FROM houqin_dutylog
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.log_id ELSE NEW.log_id END FOR SHARE;
IF written <> 'open' OR (TG_OP = 'UPDATE' AND NEW.log_id <> OLD.log_id) THEN
    RAISE EXCEPTION 'the log is signed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_log_stays';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""
MATTER_STAYS = """
IF NEW.log_id <> OLD.log_id OR NEW.kind_id <> OLD.kind_id OR NEW.text <> OLD.text
    OR NEW.raised_at <> OLD.raised_at OR (OLD.state = 'closed' AND NEW.state = 'closed')
THEN
    RAISE EXCEPTION 'a matter stays what was handed over'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'matter_stays';
END IF;
RETURN NEW;
"""
# Only what was signed is handed over, and by whoever signed it.
HANDOVER_FITS = """
IF NOT EXISTS (
    SELECT 1 FROM houqin_dutylog WHERE id = NEW.log_id AND state = 'signed' AND signed_by_id = NEW.given_by_id
) THEN
    RAISE EXCEPTION 'the log is not signed by whoever hands over'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'handed_over_by_the_signer';
END IF;
RETURN NEW;
"""

DUTY_STAYS = """
IF EXISTS (
    SELECT 1 FROM houqin_dutylog WHERE shift_id = OLD.shift_id AND day = OLD.day AND state = 'signed'
) THEN
    RAISE EXCEPTION 'the log of the shift is signed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_duty_stays';
END IF;
RETURN OLD;
"""


DUTY_TRIGGERS = [
    before(pgtrigger.Insert | pgtrigger.Update, "duty_fits", DUTY_FITS, ("drawn", "houqin_roster%ROWTYPE")),
    before(pgtrigger.Delete, "duty_stays", DUTY_STAYS),
]
ROSTER_TRIGGERS = [before(pgtrigger.Update | pgtrigger.Delete, "roster_stays", ROSTER_STAYS)]


SWAP_TRIGGERS = [before(pgtrigger.Update, "swap_stays", SWAP_STAYS)]
LOG_TRIGGERS = [before(pgtrigger.Update, "log_stays", LOG_STAYS)]
ENTRY_TRIGGERS = [
    before(
        pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete, "only_while_open", ONLY_WHILE_OPEN,
        ("written", "text"),
    )
]  # fmt: skip
MATTER_TRIGGERS = [
    before(pgtrigger.Insert, "only_while_open", ONLY_WHILE_OPEN, ("written", "text")),
    before(pgtrigger.Update, "matter_stays", MATTER_STAYS),
]
HANDOVER_TRIGGERS = [before(pgtrigger.Insert, "handover_fits", HANDOVER_FITS)]
