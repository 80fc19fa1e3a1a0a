"""What the database itself refuses about rosters, whoever writes and however.

The services check the same and say it in Chinese; these triggers hold against raw SQL of the app role too.
"""

from __future__ import annotations

import pgtrigger

# Somebody is on duty by a shift of the roster's own kind, on one of its days.
DUTY_FITS = """
SELECT * INTO drawn FROM houqin_roster WHERE id = NEW.roster_id FOR SHARE;
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


def before(
    operation: pgtrigger.Operation, name: str, statements: str, *variables: tuple[str, str]
) -> pgtrigger.Trigger:
    """A trigger that runs `statements` for each row before the change."""
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.Before, operation=operation, declare=list(variables), func=statements
    )


DUTY_TRIGGERS = [
    before(pgtrigger.Insert | pgtrigger.Update, "duty_fits", DUTY_FITS, ("drawn", "houqin_roster%ROWTYPE"))
]
ROSTER_TRIGGERS = [before(pgtrigger.Update | pgtrigger.Delete, "roster_stays", ROSTER_STAYS)]
