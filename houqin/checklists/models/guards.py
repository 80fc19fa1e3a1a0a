"""What the database itself refuses about checks, whoever writes and however.

The services check the same and say it in Chinese; these triggers hold against raw SQL of the app role too.
"""

from __future__ import annotations

import pgtrigger

from houqin.database.triggers import before

# What a check was made by must stay what it was: only a draft is written.
ONLY_A_DRAFT = """
SELECT state INTO written FROM houqin_checklistedition
    WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.edition_id ELSE NEW.edition_id END FOR SHARE;
IF written <> 'draft' OR (TG_OP = 'UPDATE' AND NEW.edition_id <> OLD.edition_id) THEN
    RAISE EXCEPTION 'an edition that was put in use is not written any more'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'only_a_draft_is_written';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""
# How it scores is part of the edition, too.
EDITION_STAYS = """
IF OLD.state <> 'draft' AND (
    NEW.excellent_from <> OLD.excellent_from OR NEW.good_from <> OLD.good_from
    OR NEW.passing_from <> OLD.passing_from OR NEW.number <> OLD.number
    OR NEW.checklist_id <> OLD.checklist_id
) THEN
    RAISE EXCEPTION 'an edition that was put in use is not written any more'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'only_a_draft_is_written';
END IF;
RETURN NEW;
"""
# A check is made by an edition that was put in use; what it replaces was made by the same list, of the same.
RUN_FITS = """
IF NOT EXISTS (
    SELECT 1 FROM houqin_checklistedition WHERE id = NEW.edition_id AND state <> 'draft'
) THEN
    RAISE EXCEPTION 'nobody checks by a draft'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'check_by_an_edition_in_use';
END IF;
IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM houqin_checkrun wrong
        JOIN houqin_checklistedition before ON before.id = wrong.edition_id
        JOIN houqin_checklistedition now ON now.id = NEW.edition_id
    WHERE wrong.id = NEW.replaces_id AND before.checklist_id = now.checklist_id
        AND wrong.content_type_id = NEW.content_type_id AND wrong.object_id = NEW.object_id
) THEN
    RAISE EXCEPTION 'it replaces a check of something else'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'replaces_a_check_of_the_same';
END IF;
RETURN NEW;
"""
# A signed check takes no further answer: it says how many it has. One tap says yes to plain questions, and
# that there is no remark and no photo where there may be none: no value is ever invented.
ANSWER_FITS = """
SELECT * INTO run FROM houqin_checkrun WHERE id = NEW.run_id FOR UPDATE;
SELECT * INTO item FROM houqin_checklistitem WHERE id = NEW.item_id;
IF item.edition_id <> run.edition_id THEN
    RAISE EXCEPTION 'the item is of another edition'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'answer_of_its_edition';
END IF;
IF (SELECT count(*) FROM houqin_checkanswer WHERE run_id = run.id) >= run.answered THEN
    RAISE EXCEPTION 'the check is signed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signed_check_is_complete';
END IF;
IF NEW.origin = 'all_fine' AND NOT (
    (item.kind = 'yes_no' AND NEW.verdict = 'good') OR (item.kind IN ('text', 'photo') AND NEW.verdict = 'na')
) THEN
    RAISE EXCEPTION 'one tap for all invents no value'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'no_invented_value';
END IF;
IF NEW.verdict = 'na' AND NOT item.may_be_na THEN
    RAISE EXCEPTION 'the item always applies'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'na_where_it_may_be';
END IF;
IF NEW.verdict <> 'na' AND (item.kind = 'number') <> (NEW.number IS NOT NULL) THEN
    RAISE EXCEPTION 'a number is what a number item asks for'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'number_where_asked';
END IF;
RETURN NEW;
"""
# A round that was re-checked is history; nobody goes back to it, and what was reported is not rewritten.
ROUND_STAYS = """
IF OLD.result <> '' OR NEW.rectified_by_id <> OLD.rectified_by_id OR NEW.finding_id <> OLD.finding_id
    OR NEW.round <> OLD.round OR NEW.measure <> OLD.measure OR NEW.rectified_at <> OLD.rectified_at
THEN
    RAISE EXCEPTION 'a round stays what it was'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'round_stays';
END IF;
RETURN NEW;
"""
# A finding is closed by its last round, in which somebody else looked and found it good. What is no move at
# all is refused by the table of transitions.
FINDING_MOVES = """
IF NEW.answer_id <> OLD.answer_id OR NEW.run_id <> OLD.run_id OR NEW.found_at <> OLD.found_at
    OR NEW.round < OLD.round
THEN
    RAISE EXCEPTION 'a finding stays what was found'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'finding_stays';
END IF;
IF NEW.state = 'rectified' AND OLD.state = 'open' AND NOT EXISTS (
    SELECT 1 FROM houqin_findinground WHERE finding_id = NEW.id AND round = NEW.round AND result = ''
) THEN
    RAISE EXCEPTION 'nobody has rectified it'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'rectified_by_somebody';
END IF;
IF NEW.state = 'closed' AND OLD.state = 'rectified' AND NOT EXISTS (
    SELECT 1 FROM houqin_findinground
    WHERE finding_id = NEW.id AND round = NEW.round AND result = 'passed'
        AND rechecked_by_id <> rectified_by_id
) THEN
    RAISE EXCEPTION 'nobody else has looked at it again'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_by_a_recheck';
END IF;
RETURN NEW;
"""


ITEM_TRIGGERS = [
    before(
        pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete, "only_a_draft", ONLY_A_DRAFT,
        ("written", "text"),
    )
]  # fmt: skip
EDITION_TRIGGERS = [before(pgtrigger.Update, "edition_stays", EDITION_STAYS)]
RUN_TRIGGERS = [before(pgtrigger.Insert, "run_fits", RUN_FITS)]
ANSWER_TRIGGERS = [
    before(
        pgtrigger.Insert, "answer_fits", ANSWER_FITS, ("run", "houqin_checkrun%ROWTYPE"),
        ("item", "houqin_checklistitem%ROWTYPE"),
    )
]  # fmt: skip
FINDING_TRIGGERS = [before(pgtrigger.Update, "finding_moves", FINDING_MOVES)]
ROUND_TRIGGERS = [before(pgtrigger.Update, "round_stays", ROUND_STAYS)]
