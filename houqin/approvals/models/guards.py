"""What the database itself refuses on the way of a request, whoever writes and however.

The services check the same and say it in Chinese; these triggers hold against raw SQL of the app role too
(promise A6). They run before the row is written, inside the writer's transaction, in which the service holds
the request's lock.
"""

from __future__ import annotations

import pgtrigger

from houqin.ledger import kept_trigger
from houqin.people.roles import ADMINISTRATORS

# Whoever signs is whom the role table, the department or the meeting names, on his own account or for
# somebody whose deputy he is; never the applicant, and no administrator, for whomever he would sign (A5).
# `{hand}` is the column of NEW with the one who signs.
MAY_SIGN = """
named := coalesce(NEW.acting_for_id, {hand});
IF {hand} = request.applicant_id OR named = request.applicant_id THEN
    RAISE EXCEPTION 'the applicant holds no seat'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'applicant_is_no_approver';
END IF;
IF EXISTS (
    SELECT 1 FROM houqin_roleholding
    WHERE user_id IN ({hand}, named) AND ended_at IS NULL AND role IN ({administrators})
) THEN
    RAISE EXCEPTION 'an administrator signs nothing'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'administrator_is_no_approver';
END IF;
IF NEW.acting_for_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM houqin_actingfor WHERE absent_id = NEW.acting_for_id AND deputy_id = {hand}
        AND ended_at IS NULL
) THEN
    RAISE EXCEPTION 'nobody asked him to act'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'acting_for_by_appointment';
END IF;
IF NOT (CASE seat.kind
    WHEN 'role' THEN EXISTS (
        SELECT 1 FROM houqin_roleholding WHERE user_id = named AND ended_at IS NULL
            AND role IN (seat.role, seat.stand_in)
    )
    WHEN 'person' THEN seat.person_id = named OR EXISTS (
        SELECT 1 FROM houqin_roleholding WHERE user_id = named AND ended_at IS NULL AND role = seat.stand_in
    )
    WHEN 'head' THEN EXISTS (
        SELECT 1 FROM houqin_department WHERE id = request.department_id AND head_id = named
    ) OR EXISTS (
        SELECT 1 FROM houqin_roleholding WHERE user_id = named AND ended_at IS NULL AND role = seat.stand_in
    )
    ELSE EXISTS (SELECT 1 FROM houqin_bodymember WHERE body_id = seat.body_id AND user_id = named)
END) THEN
    RAISE EXCEPTION 'the seat is not his'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_held_by_whom_it_names';
END IF;
"""


def _may_sign(hand: str) -> str:
    administrators = ", ".join(f"'{role}'" for role in sorted(ADMINISTRATORS))
    return MAY_SIGN.format(hand=hand, administrators=administrators)


# A decision belongs to the open step of an open request, speaks of the content that the request carries, and
# is made by somebody who holds the seat then and still; nobody agrees twice in a round, be it through another
# hand; a meeting's seat is settled by a meeting of the named body that was held after the submission.
DECISION_FITS = """
SELECT * INTO request FROM houqin_approvalrequest WHERE id = NEW.request_id;
SELECT * INTO step FROM houqin_approvalstep WHERE id = NEW.step_id;
SELECT * INTO seat FROM houqin_approvalseat WHERE id = NEW.seat_id;
IF request.state <> 'open' OR step.state <> 'open' OR step.request_id <> request.id
    OR seat.step_id <> step.id OR NOT seat.is_active OR NEW.round <> request.round
    OR step.round <> request.round
THEN
    RAISE EXCEPTION 'no decision is open at this seat'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_at_the_open_seat';
END IF;
IF NEW.applicant_id <> request.applicant_id OR NEW.digest <> request.digest THEN
    RAISE EXCEPTION 'the decision speaks of another request or content'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_on_what_was_submitted';
END IF;
IF NOT EXISTS (
    SELECT 1 FROM houqin_seatholder
    WHERE seat_id = seat.id AND user_id = NEW.decided_by_id
        AND acting_for_id IS NOT DISTINCT FROM NEW.acting_for_id
) THEN
    RAISE EXCEPTION 'the decider does not hold the seat'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'decided_by_a_holder';
END IF;
{may_sign}
IF NEW.act = 'agree' AND EXISTS (
    SELECT 1 FROM houqin_approvaldecision earlier
    WHERE earlier.request_id = NEW.request_id AND earlier.round = NEW.round AND earlier.act = 'agree'
        AND (earlier.decided_by_id IN (NEW.decided_by_id, named)
            OR earlier.acting_for_id IN (NEW.decided_by_id, named))
) THEN
    RAISE EXCEPTION 'somebody signs twice in a round'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'agrees_once_a_round';
END IF;
IF NEW.act = 'agree' AND seat.kind = 'meeting' AND NOT EXISTS (
    SELECT 1 FROM houqin_meeting meeting
    WHERE meeting.id = NEW.meeting_id AND meeting.body_id = seat.body_id
        AND meeting.present * 100 >= meeting.quorum * meeting.members
        AND meeting.votes_for * 2 > meeting.members
        AND meeting.held_on >= (request.submitted_at AT TIME ZONE 'Asia/Shanghai')::date
) THEN
    RAISE EXCEPTION 'a meeting of the named body must carry it'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'agreed_by_the_named_meeting';
END IF;
RETURN NEW;
"""

# A step is agreed when its seats are: one of them, or each of them; it opens only after all before it.
STEP_MOVES = """
IF NEW.request_id <> OLD.request_id OR NEW.round <> OLD.round OR NEW.position <> OLD.position
    OR (NEW.mode <> OLD.mode AND NEW.mode <> 'all')
THEN
    RAISE EXCEPTION 'a step stays where it is'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'step_stays';
END IF;
IF NEW.state <> OLD.state AND NOT (
    (OLD.state = 'waiting' AND NEW.state IN ('open', 'ended'))
    OR (OLD.state = 'open' AND NEW.state IN ('agreed', 'ended'))
) THEN
    RAISE EXCEPTION 'a step does not move from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_step_state';
END IF;
IF NEW.state = 'agreed' AND OLD.state <> 'agreed' AND (
    (NEW.mode = 'any' AND NOT EXISTS (
        SELECT 1 FROM houqin_approvaldecision WHERE step_id = NEW.id AND act = 'agree'
    ))
    OR (NEW.mode = 'all' AND EXISTS (
        SELECT 1 FROM houqin_approvalseat seat WHERE seat.step_id = NEW.id AND seat.is_active
            AND NOT EXISTS (
                SELECT 1 FROM houqin_approvaldecision decision
                WHERE decision.seat_id = seat.id AND decision.act = 'agree'
            )
    ))
    OR NOT EXISTS (SELECT 1 FROM houqin_approvalseat WHERE step_id = NEW.id AND is_active)
) THEN
    RAISE EXCEPTION 'the step has not been agreed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'step_agreed_by_its_seats';
END IF;
IF NEW.state = 'open' AND OLD.state = 'waiting' AND EXISTS (
    SELECT 1 FROM houqin_approvalstep earlier
    WHERE earlier.request_id = NEW.request_id AND earlier.round = NEW.round
        AND earlier.position < NEW.position AND earlier.state <> 'agreed'
) THEN
    RAISE EXCEPTION 'a step before this one is not agreed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'no_step_is_skipped';
END IF;
RETURN NEW;
"""

# Whether `{seat}` names the same signers as `named`, a seat of a route or of an earlier round.
SAME_SEAT = """named.kind = {seat}.kind AND named.role = {seat}.role AND named.stand_in = {seat}.stand_in
    AND named.person_id IS NOT DISTINCT FROM {seat}.person_id
    AND named.body_id IS NOT DISTINCT FROM {seat}.body_id"""

# What was submitted is decided by the route for its amount, with the amount and the content that it had.
ROUTE_FITS = """
IF EXISTS (
    SELECT 1 FROM houqin_routeedition edition
    WHERE edition.id = NEW.edition_id AND (NEW.amount <= edition.over OR NEW.amount > edition.up_to)
) THEN
    RAISE EXCEPTION 'the route is for another amount'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'route_for_the_amount';
END IF;
"""
# A request is approved when the last step at every position is agreed, and the last of all at a seat that the
# route names for its end; what was asked for only ever shrinks.
REQUEST_MOVES = """
IF NEW.applicant_id <> OLD.applicant_id OR NEW.content_type_id <> OLD.content_type_id
    OR NEW.object_id <> OLD.object_id
THEN
    RAISE EXCEPTION 'a request stays about what it is about'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'request_stays';
END IF;
IF NEW.submission = OLD.submission AND (
    NEW.length <> OLD.length OR NEW.digest <> OLD.digest OR NEW.edition_id <> OLD.edition_id
    OR NEW.amount IS DISTINCT FROM OLD.amount
) THEN
    RAISE EXCEPTION 'another content is handed in anew'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'content_holds_for_the_submission';
END IF;
IF NEW.round < OLD.round OR NEW.submission < OLD.submission
    OR (NEW.submission > OLD.submission AND NEW.round = OLD.round)
    OR (NEW.submission = OLD.submission AND NEW.agreed_amount > OLD.agreed_amount) THEN
    RAISE EXCEPTION 'rounds go up and amounts go down'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'amount_only_shrinks';
END IF;
{route_fits}
IF NEW.state = 'approved' AND OLD.state <> 'approved' THEN
    SELECT count(*) INTO agreed FROM (
        SELECT DISTINCT ON (position) id, state FROM houqin_approvalstep
        WHERE request_id = NEW.id AND submission = NEW.submission
        ORDER BY position, round DESC
    ) AS last WHERE last.state = 'agreed' AND EXISTS (
        SELECT 1 FROM houqin_approvaldecision decision
        WHERE decision.step_id = last.id AND decision.act = 'agree' AND decision.digest = NEW.digest
    );
    IF agreed <> NEW.length OR NEW.length = 0 THEN
        RAISE EXCEPTION 'not every step is agreed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approved_by_every_step';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM houqin_approvalstep step
            JOIN houqin_approvalseat seat ON seat.step_id = step.id
            JOIN houqin_approvaldecision decision ON decision.seat_id = seat.id AND decision.act = 'agree'
            JOIN houqin_routestep final ON final.edition_id = NEW.edition_id
            JOIN houqin_routeseat named ON named.step_id = final.id
        WHERE step.request_id = NEW.id AND step.submission = NEW.submission AND step.position = NEW.length
            AND final.position = (
                SELECT max(position) FROM houqin_routestep WHERE edition_id = NEW.edition_id
            ) AND {same_seat}
    ) THEN
        RAISE EXCEPTION 'the last signer is whom the route names'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'last_signed_by_whom_the_route_names';
    END IF;
END IF;
RETURN NEW;
"""
# A seat names whom the route names, or whom it was handed on to or who was asked besides by a decision; it
# is never given to somebody else, and whoever stepped back does not come back.
SEAT_FITS = """
SELECT * INTO step FROM houqin_approvalstep WHERE id = NEW.step_id;
SELECT * INTO request FROM houqin_approvalrequest WHERE id = step.request_id;
IF NOT (
    step.state = 'waiting' AND (
        EXISTS (
            SELECT 1 FROM houqin_routeseat named JOIN houqin_routestep planned ON planned.id = named.step_id
            WHERE planned.edition_id = request.edition_id AND {same_seat}
        ) OR EXISTS (
            SELECT 1 FROM houqin_approvalseat named
                JOIN houqin_approvalstep before ON before.id = named.step_id
            WHERE before.request_id = request.id AND before.submission = step.submission
                AND before.position = step.position AND before.round < step.round AND named.is_active
                AND {same_seat}
        )
    ) OR step.state = 'open' AND NEW.kind = 'person' AND EXISTS (
        SELECT 1 FROM houqin_approvaldecision
        WHERE step_id = step.id AND act IN ('transfer', 'add') AND to_user_id = NEW.person_id
    )
) THEN
    RAISE EXCEPTION 'nobody gave this seat'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_by_the_route_or_a_decision';
END IF;
RETURN NEW;
"""
SEAT_STAYS = """
IF NEW.step_id <> OLD.step_id OR NEW.position <> OLD.position OR NEW.kind <> OLD.kind
    OR NEW.role <> OLD.role OR NEW.stand_in <> OLD.stand_in
    OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.body_id IS DISTINCT FROM OLD.body_id
    OR (NEW.is_active AND NOT OLD.is_active)
    OR (OLD.is_active AND NOT NEW.is_active AND NOT EXISTS (
        SELECT 1 FROM houqin_approvaldecision
        WHERE step_id = OLD.step_id AND (act = 'add' OR (act = 'transfer' AND seat_id = OLD.id))
    ))
THEN
    RAISE EXCEPTION 'a seat stays whose it is'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_stays';
END IF;
RETURN NEW;
"""


HOLDER_FITS = """
SELECT * INTO seat FROM houqin_approvalseat WHERE id = NEW.seat_id;
SELECT asked.* INTO request FROM houqin_approvalrequest asked
    JOIN houqin_approvalstep place ON place.request_id = asked.id WHERE place.id = seat.step_id;
{may_sign}
RETURN NEW;
"""

# Nothing enters the chain half done.
STEP_BEGINS = """
IF NEW.state <> 'waiting' THEN
    RAISE EXCEPTION 'a step begins by waiting'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'step_begins_waiting';
END IF;
RETURN NEW;
"""
REQUEST_BEGINS = """
IF NEW.state <> 'open' OR NEW.round <> 1 OR NEW.submission <> 1 THEN
    RAISE EXCEPTION 'a request begins with its first round'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'request_begins_open';
END IF;
{route_fits}
RETURN NEW;
"""

REQUEST_ROW = ("request", "houqin_approvalrequest%ROWTYPE")
STEP_ROW = ("step", "houqin_approvalstep%ROWTYPE")
SEAT_ROW = ("seat", "houqin_approvalseat%ROWTYPE")


def _before(
    operation: pgtrigger.Operation, name: str, statements: str, *variables: tuple[str, str]
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, when=pgtrigger.Before, operation=operation, declare=list(variables), func=statements
    )


SIGNER = ("named", "bigint")

DECISION_TRIGGERS = [
    _before(
        pgtrigger.Insert, "decision_fits", DECISION_FITS.format(may_sign=_may_sign("NEW.decided_by_id")),
        REQUEST_ROW, STEP_ROW, SEAT_ROW, SIGNER,
    )
]  # fmt: skip
SEAT_TRIGGERS = [
    _before(
        pgtrigger.Insert, "seat_fits", SEAT_FITS.format(same_seat=SAME_SEAT.format(seat="NEW")), REQUEST_ROW,
        STEP_ROW,
    ),
    _before(pgtrigger.Update, "seat_stays", SEAT_STAYS),
    kept_trigger(),
]  # fmt: skip
HOLDER_TRIGGERS = [
    _before(
        pgtrigger.Insert | pgtrigger.Update, "holder_fits",
        HOLDER_FITS.format(may_sign=_may_sign("NEW.user_id")), SEAT_ROW, REQUEST_ROW, SIGNER,
    )
]  # fmt: skip
STEP_TRIGGERS = [
    _before(pgtrigger.Insert, "step_begins", STEP_BEGINS),
    _before(pgtrigger.Update, "step_moves", STEP_MOVES),
    kept_trigger(),
]
REQUEST_TRIGGERS = [
    _before(pgtrigger.Insert, "request_begins", REQUEST_BEGINS.format(route_fits=ROUTE_FITS)),
    _before(
        pgtrigger.Update, "request_moves",
        REQUEST_MOVES.format(route_fits=ROUTE_FITS, same_seat=SAME_SEAT.format(seat="seat")),
        ("agreed", "integer"),
    ),
    kept_trigger(),
]  # fmt: skip
