"""Does a bundle prove what it shows? Six checks, in order, each passed, failed or could not check.

1. records      what is shown is what was committed to
2. inclusion    the records are in the log at the checkpoint
3. checkpoint   the log that the verifier trusts signed the checkpoint
4. anchor       the trusted chain holds the checkpoint
5. consistency  the log has only grown since, up to its newest anchor
6. status       nothing was withdrawn, voided or erased since

What is trusted is the trust file alone. From the bundle come claims: nothing of it chooses a key,
a place in a chain's storage, or an address to ask. Whatever cannot be asked (no trust file, no
network) is "could not check", never "failed"; whatever contradicts is "failed".
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from anchoring.core.anchored import confirm
from anchoring.core.bundle import Bundle
from anchoring.core.canonical import NotExpressible
from anchoring.core.errors import MerkleError, NoteError
from anchoring.core.multiproof import root_from_multiproof
from anchoring.core.notes import Checkpoint, read_unverified
from anchoring.core.readers import ChainReader, LogProblem, LogReader, ShareStatus
from anchoring.core.report import (
    ASK_HOLDER,
    BASIC_IDS,
    CHECK_IDS,
    GET_TRUST,
    LATER,
    NOT_WITNESSED,
    OTHER_KEY,
    REPORT,
    Check,
    CouldNot,
    Failed,
    Outcome,
    Report,
    Stop,
)
from anchoring.core.slots import Record
from anchoring.core.tree import leaf_hash, verify_consistency
from anchoring.core.trust import Trust, TrustedLog
from anchoring.core.wording import counted, first_of, listed, sentence, time_text
from chain.light.evidence import CheckedAnchor, NodeAnswer

__all__ = ["CHECK_IDS", "Check", "Outcome", "Report", "verify"]


def verify(
    bundle: Bundle,
    *,
    trust: Trust | None,
    chain: ChainReader | None,
    log: LogReader | None,
    now: datetime,
) -> Report:
    """Make all six checks of a bundle.

    `chain` and `log` are None where nobody may be asked (offline). `now` has a time zone. A bundle
    that proves nothing is a report, not an exception.
    """
    run = _Run(bundle, trust, chain, log, now)
    checks: list[Check] = []
    for check_id, step in zip(CHECK_IDS, run.steps(), strict=True):
        broken = next(
            (c for c in checks if c.outcome is Outcome.FAILED and c.id in BASIC_IDS), None
        )
        checks.append(_hidden(check_id, broken) if broken else _outcome(check_id, step))
    return Report(
        checks=tuple(checks),
        signed=run.signed,
        log=run.trusted if run.signed else None,
        anchor=run.anchor,
        node=run.node,
    )


def _outcome(check_id: str, step: Callable[[], str]) -> Check:
    try:
        return Check(check_id, Outcome.PASSED, step())
    except Stop as stop:
        return Check(check_id, stop.outcome, stop.detail, stop.advice)


def _hidden(check_id: str, broken: Check) -> Check:
    detail = f'Not looked at, because the check "{broken.id}" failed.'
    return Check(check_id, Outcome.COULD_NOT_CHECK, detail, broken.advice)


class _Run:
    """One verification on its way: what each step leaves to the next. A step returns what it found
    where it passes, and raises Failed or CouldNot."""

    def __init__(
        self,
        bundle: Bundle,
        trust: Trust | None,
        chain: ChainReader | None,
        log: LogReader | None,
        now: datetime,
    ) -> None:
        self.bundle = bundle
        self.trust = trust
        self.trusted = trust.log(bundle.origin) if trust else None
        self.chain = chain
        self.log = log
        self.now = now
        self.signed: Checkpoint | None = None
        self.anchor: CheckedAnchor | None = None
        self.node: NodeAnswer | None = None

    def steps(self) -> tuple[Callable[[], str], ...]:
        return (
            self.records,
            self.inclusion,
            self.checkpoint,
            self.anchored,
            self.consistency,
            self.status,
        )

    def records(self) -> str:
        changed = [
            f"record {record.index}: {listed(found)} {'was' if len(found) == 1 else 'were'} changed"
            for record in self.bundle.records
            if (found := _changed_slots(record))
        ]
        if changed:
            raise Failed(
                f"{first_of(changed, '; ')}. What is shown there is not what was put into the log.",
                ASK_HOLDER,
            )
        count = len(self.bundle.records)
        withheld = sum(len(record.withheld()) for record in self.bundle.records)
        hidden = f"; {withheld} of their parts are withheld" if withheld else ""
        shown = "1 record shows" if count == 1 else f"{count} records show"
        return f"{shown} what was committed to{hidden}."

    def inclusion(self) -> str:
        claimed = self._claimed()
        leaves = {record.index: leaf_hash(record.entry()) for record in self.bundle.records}
        try:
            root = root_from_multiproof(leaves, claimed.size, self.bundle.proof)
        except MerkleError as error:
            raise Failed(f"The proof does not fit: {error}", ASK_HOLDER) from error
        if root != claimed.root:
            raise Failed(
                "The records and the proof do not lead to the checkpoint's root: a record, its "
                "place in the log, the proof or the checkpoint was changed.",
                ASK_HOLDER,
            )
        return f"{counted(len(leaves), 'record')} in the log, among its first {claimed.size}."

    def checkpoint(self) -> str:
        claimed = self._claimed()
        if claimed.origin != self.bundle.origin:
            raise Failed(
                f"The bundle is of the log {self.bundle.origin}, its checkpoint of "
                f"{claimed.origin}.",
                ASK_HOLDER,
            )
        trusted = self._trusted()
        try:
            signed = trusted.open(self.bundle.checkpoint)
        except NoteError as error:
            raise Failed(str(error), OTHER_KEY) from error
        try:
            witnessed = _witnessed(self.bundle.checkpoint, trusted)
        except NoteError as error:
            raise Failed(str(error), NOT_WITNESSED) from error
        self.signed = signed
        return (
            f"Signed by {trusted.name} ({trusted.origin}), whose key is in your trust file: "
            f"{claimed.size} records.{witnessed}"
        )

    def anchored(self) -> str:
        checkpoint = self._signed()
        if self.bundle.anchor is None:
            raise CouldNot(
                "When this bundle was made, its checkpoint was not on the chain yet.",
                "Download the bundle again from its proof link in an hour.",
            )
        self.anchor, self.node = confirm(
            self.bundle.anchor, checkpoint, log=self._trusted(), chain=self.chain
        )
        return (
            f"Block {self.anchor.number} of {self.bundle.anchor.chain.name!r} holds the "
            f"checkpoint; the records existed no later than {time_text(self.anchor.time)}. "
            f"That the block is final is the word of the node that was asked ({self.node.node})."
        )

    def consistency(self) -> str:
        checkpoint = self._signed()
        trusted = self._trusted()
        if self.log is None:
            raise CouldNot("The log was not asked for its newest anchor.", "Run without --offline.")
        try:
            latest = self.log.latest_anchor(trusted.url, checkpoint.size)
        except LogProblem as problem:
            raise CouldNot(sentence(problem), LATER) from problem
        if latest is None:
            raise CouldNot("No anchor of the log reaches this bundle yet.", LATER)
        newest = self._newest(latest.checkpoint, trusted)
        _check_grown(checkpoint, newest, latest.consistency)
        if self.anchor is None or (newest, latest.anchor) != (checkpoint, self.bundle.anchor):
            confirm(latest.anchor, newest, log=trusted, chain=self.chain)
        return (
            f"From {checkpoint.size} to {newest.size} records, its newest anchor, the log has only "
            "grown: nothing was changed or taken out."
        )

    def status(self) -> str:
        share = self.bundle.share
        if share.expires and share.expires <= self.now:
            raise Failed(
                f"The share ended on {time_text(share.expires)}. The records themselves do not expire.",
                "Ask the learner for a new proof link.",
            )
        found = self._ask_status()
        _check_status(found, {record.index for record in self.bundle.records})
        return (
            "The log's server says that a share of these records is active and none of them was "
            "voided or erased."
        )

    def _claimed(self) -> Checkpoint:
        try:
            return read_unverified(self.bundle.checkpoint)
        except NoteError as error:
            raise Failed(f"The checkpoint cannot be read: {error}", ASK_HOLDER) from error

    def _trusted(self) -> TrustedLog:
        if self.trust is None:
            raise CouldNot("There is no trust file, so no log's key is known.", GET_TRUST)
        if self.trusted is None:
            raise CouldNot(f"The trust file does not know the log {self.bundle.origin}.", GET_TRUST)
        return self.trusted

    def _signed(self) -> Checkpoint:
        self._trusted()
        if self.signed is None:
            raise CouldNot("The checkpoint was not checked.", ASK_HOLDER)
        return self.signed

    def _newest(self, note: str, trusted: TrustedLog) -> Checkpoint:
        try:
            newest = trusted.open(note)
        except NoteError as error:
            # Whoever answered, it was not the log: that says nothing about the log.
            raise CouldNot(f"The answer was not signed by the log: {error}", OTHER_KEY) from error
        try:
            _witnessed(note, trusted)
        except NoteError as error:
            raise CouldNot(f"The newest anchor: {error}", LATER) from error
        return newest

    def _ask_status(self) -> ShareStatus:
        trusted = self._trusted()
        url = self.bundle.share.status_url
        if url is None:
            raise CouldNot(
                "The bundle does not say where its status can be asked.",
                "Ask the learner for the proof link.",
            )
        if not _same_server(url, trusted.url):
            raise CouldNot(
                f"The bundle names {url} for its status, which is not the log's server "
                f"({trusted.url}); it was not asked.",
                "Ask the learner for the proof link.",
            )
        if self.log is None:
            raise CouldNot("Nobody was asked for the status.", "Run without --offline.")
        try:
            return self.log.status(url)
        except LogProblem as problem:
            raise CouldNot(sentence(problem), LATER) from problem


def _witnessed(note: str, trusted: TrustedLog) -> str:
    """Who cosigned, in words; NoteError where these are fewer than the trust file demands."""
    witnesses = trusted.witnesses
    if witnesses is None:
        return ""
    names = witnesses.who_cosigned(note)
    count = f"{len(names)} of {len(witnesses.keys)}"
    if len(names) < witnesses.required:
        raise NoteError(
            f"Of the witnesses that your trust file names, {count} cosigned the checkpoint; it "
            f"demands {witnesses.required}."
        )
    who = f" ({', '.join(names)})" if names else ""
    return f" Witnesses that cosigned it: {count}{who}."


def _changed_slots(record: Record) -> list[str]:
    try:
        return record.changed_slots()
    except NotExpressible:
        # `parse` refuses such a record; one that was built by hand ends here.
        return ["a value"]


def _check_grown(old: Checkpoint, new: Checkpoint, proof: tuple[bytes, ...]) -> None:
    if new.size < old.size:
        raise CouldNot(
            f"The log answered with an older anchor, of {new.size} records; this bundle is of "
            f"{old.size}.",
            LATER,
        )
    try:
        verify_consistency(
            old=old.size, new=new.size, old_root=old.root, new_root=new.root, proof=proof
        )
    except MerkleError as error:
        raise Failed(
            f"The log cannot show that its {new.size} records continue the {old.size} that it "
            f"signed for this bundle: {error}",
            REPORT,
        ) from error


def _check_status(found: ShareStatus, indexes: set[int]) -> None:
    if found.share == "withdrawn":
        raise Failed(
            "The learner has withdrawn this share.", "Ask the learner; they decide what is shown."
        )
    if found.share == "expired":
        raise Failed("The share has ended.", "Ask the learner for a new proof link.")
    if others := sorted(indexes - found.covered):
        # Whoever has the file of a withdrawn share can write the address of an active one into it.
        records = first_of([str(index) for index in others], ", ")
        raise Failed(
            "The address of the status belongs to another share than this file: it does not cover "
            f"these of its records: {records}.",
            "Ask the learner for the proof link.",
        )
    for word, those in (("erased", found.erased), ("voided", found.voided)):
        if named := sorted(those & indexes):
            records = first_of([str(index) for index in named], ", ")
            raise Failed(
                f"Since this bundle was made, these of its records were {word}: {records}.",
                "Ask the learner for a new bundle.",
            )


def _same_server(url: str, trusted_url: str) -> bool:
    try:
        one, other = urlsplit(url), urlsplit(trusted_url)
        # Reading the port is what may fail.
        servers = [(each.scheme, each.hostname, each.port) for each in (one, other)]
    except ValueError:
        return False
    return servers[0] == servers[1]
