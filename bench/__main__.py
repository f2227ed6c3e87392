"""One table: what the product does beside what PostgreSQL can do on this machine, in one run.

    python -m bench [--full] [--statements N] [--parts N] [--seconds S] [--only PART,PART]

Everything runs on an embedded PostgreSQL and a web server (2 workers, 8 threads each) of its own, thrown away
afterwards, with fsync on. Machines drift, so that what counts are ratios within one run; the load generator shares
the cores. The table is printed, and written to var/bench/.
"""

import argparse
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import psycopg

from bench import hierarchy, log, reads, writes
from bench.client import Connection, Seen
from bench.server import ROOT, Server, a_server, tidy
from bench.statements import lines
from lrs.statements.partitions import SIZE as PART_SIZE

PARTS = ("writes", "import", "reads", "hierarchy", "documents", "disk", "memory", "log")
_ROUNDS = 2


class Report:
    """A table in Markdown that grows, on the screen and in a file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8")
        self.path = path

    def say(self, line: str = "") -> None:
        print(line, flush=True)
        print(line, file=self._file, flush=True)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        self.say("| " + " | ".join(heads) + " |")
        self.say("|---" + "|--:" * (len(heads) - 1) + "|")
        for row in rows:
            self.say("| " + " | ".join(row) + " |")
        self.say()


def progress(text: str) -> None:
    """What is being done: to the terminal, not into the table."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    else:
        print(f"... {text}", file=sys.stderr, flush=True)


def measure_writes(
    server: Server, report: Report, loads: Sequence[writes.Load], seconds: float
) -> None:
    """Each load in turn, twice, so that none has the machine's best minute for itself."""
    found: dict[str, list[Seen]] = {load.name: [] for load in loads}
    for each in range(_ROUNDS):
        for place, load in enumerate(loads):
            progress(
                f"round {each + 1} of {_ROUNDS}, load {place + 1} of {len(loads)}: {load.name}"
            )
            found[load.name].append(load.work(server.target, seconds))
    progress("")
    rates = {
        load.name: max(seen.answers * load.size / seen.seconds for seen in found[load.name])
        for load in loads
    }
    rows = []
    for load in loads:
        times = sorted(each for seen in found[load.name] for each in seen.latencies)
        errors = [each for seen in found[load.name] for each in seen.errors]
        if errors:
            print(errors[:3], file=sys.stderr)
        rows.append(
            (
                load.name,
                f"{rates[load.name]:,.0f}",
                f"{rates[load.name] / rates[load.limit]:.0%} of {load.limit}" if load.limit else "",
                _ms(times, 50),
                _ms(times, 95),
                str(len(errors)),
            )
        )
    report.table(
        ("load", "rows or statements/s", "of the limit", "p50 ms", "p95 ms", "errors"), rows
    )


def measure_import(
    server: Server, report: Report, count: int, folder: Path, made: Iterable[bytes], parts: int = 1
) -> None:
    """Into the newest of so many parts of the tables (lrs.statements.partitions), the same number into each."""
    written = iter(made)
    seconds = 0.0
    for part in range(parts):
        path = folder / f"statements-{part}.jsonl"
        progress(f"writing {path.name}: {count // parts:,} statements")
        with path.open("wb") as file:
            file.writelines(islice(written, count // parts))
        if part:
            _begin_part(server)
        progress(f"importing {path.name}")
        began = time.perf_counter()
        server.manage("import_statements", str(path), "--store", "bench")
        seconds += time.perf_counter() - began
        path.unlink()
    where = f" into {parts} parts" if parts > 1 else ""
    report.say(
        f"Import of {count:,} statements{where} (JSON Lines, 2 processes): {count / seconds:,.0f} a second."
    )
    report.say()


def _begin_part(server: Server) -> None:
    with psycopg.connect(server.target.database, autocommit=True) as connection:
        connection.execute(
            "SELECT setval('lrs_statement_seq_seq', (last_value / %(size)s + 1) * %(size)s)"
            "  FROM lrs_statement_seq_seq",
            {"size": PART_SIZE},
        )
    server.manage("partitions")


def measure_reads(server: Server, report: Report, draws: int, seconds: float) -> None:
    progress("VACUUM ANALYZE")
    tidy(server.target)
    with psycopg.connect(server.target.database) as connection:
        (count,) = connection.execute("SELECT count(*) FROM lrs_statement").fetchone() or (0,)
    progress(f"reads at {count:,} statements")
    report.say(f"Reads at {count:,} statements, 50 a page, one request at a time:")
    report.say()
    rows = [
        (
            each.name,
            _ms(sorted(each.first), 50),
            _ms(sorted(each.first), 95),
            _ms(sorted(each.later), 50),
            _ms(sorted(each.later), 95),
            str(each.last_page),
        )
        for each in reads.measure(server.target, draws=draws, seconds=seconds)
    ]
    heads = (
        "filter",
        "first page p50",
        "p95",
        "last page p50",
        "p95",
        "which page is last (20 at most)",
    )
    report.table(heads, rows)


def measure_hierarchy(server: Server, report: Report, draws: int, seconds: float) -> None:
    progress("finding the hierarchy")
    took = hierarchy.follow(server)
    with psycopg.connect(server.target.database) as connection:
        (placed,) = connection.execute("SELECT count(*) FROM lrs_statement_place").fetchone() or (
            0,
        )
        (nodes,) = connection.execute("SELECT count(*) FROM lrs_node").fetchone() or (0,)
    report.say(
        f"Places for {placed:,} statements in {nodes:,} nodes: {placed / took:,.0f} a second."
    )
    report.say()
    progress("VACUUM ANALYZE")
    tidy(server.target)
    progress(f"the hierarchy at {placed:,} places")
    rows = [
        (each.name, _ms(sorted(each.first), 50), _ms(sorted(each.first), 95))
        for each in hierarchy.measure(server.target, draws=draws, seconds=seconds)
    ]
    report.table(("question to the hierarchy", "p50 ms", "p95 ms"), rows)


def measure_disk(server: Server, report: Report) -> None:
    """Bytes a statement of each table with all its partitions, and of their indexes by what they are on."""
    with psycopg.connect(server.target.database, autocommit=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM lrs_statement").fetchone() or (1,)
        found = connection.execute(
            """
            WITH tables AS (
              SELECT c.oid, coalesce(pg_partition_root(c.oid)::regclass, c.oid::regclass)::text AS name
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
            ), parts AS (
              SELECT name, 'the table' AS part, pg_table_size(oid) AS bytes FROM tables
              UNION ALL
              SELECT name, regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING (\\w+) ', '\\1 '),
                     pg_relation_size(i.indexrelid)
                FROM tables JOIN pg_index i ON i.indrelid = tables.oid
            )
            SELECT name, part, sum(bytes) FROM parts
             WHERE name NOT LIKE 'bench%' GROUP BY 1, 2 HAVING sum(bytes) > 0 ORDER BY 1, 3 DESC
            """
        ).fetchall()
    whole = sum(size for _, _, size in found)
    rows = [
        (f"`{name}` {part}", f"{size / count:,.0f}")
        for name, part, size in found
        if size / count >= 1
    ]
    report.table(
        (f"bytes on disk a statement, at {count:,}", "bytes"),
        [*rows, ("**all**", f"**{whole / count:,.0f}**")],
    )


def measure_memory(server: Server, report: Report, requests: int) -> None:
    """Web workers before and after so many requests of all kinds."""
    before = server.worker_memory()
    chance = random.Random(1)
    connection = Connection(server.target.port)
    queries = list(reads.FILTERS.values())
    began = time.perf_counter()
    seen = Seen()
    step = max(1, requests // 20)
    while seen.answers < requests:
        progress(f"memory: {seen.answers:,} of {requests:,} requests")
        done = writes.post(1, 16)(server.target, min(20.0, step / 500))
        seen.answers += done.answers
        for _ in range(200):
            query = reads.urlencode({**chance.choice(queries)(chance), "limit": "50"})
            connection.ask(server.target.request("GET", f"/xapi/statements?{query}"))
            seen.answers += 1
        if time.perf_counter() - began > max(60, requests / 100):
            break
    connection.close()
    after = server.worker_memory()
    report.table(
        (
            f"web workers, resident MiB, before and after {seen.answers:,} requests",
            "before",
            "after",
        ),
        [
            (f"worker {place + 1}", f"{one / 2**20:.0f}", f"{two / 2**20:.0f}")
            for place, (one, two) in enumerate(zip(before, after, strict=True))
        ],
    )


def measure_log(server: Server, report: Report, statements: int, sizes: Sequence[int]) -> None:
    """The verifiable log, on a database of its own in the same PostgreSQL."""
    progress(f"sequencing {statements:,} statements")
    log.open_database(server.target.database)
    try:
        rates = log.sequencing(statements)
        report.table(
            ("log", "statements/s", "of the limit"),
            [
                ("commitments alone, one process (limit)", f"{rates.commitments:,.0f}", ""),
                *(
                    (f"sequencing, {name}", f"{rate:,.0f}", f"{rate / rates.commitments:.0%}")
                    for name, rate in (
                        ("one process and PostgreSQL", rates.one_process),
                        ("two processes and PostgreSQL", rates.two_processes),
                    )
                ),
            ],
        )
        report.table(
            ("processor time a statement", "µs"),
            [(name, f"{seconds * 1e6:.0f}") for name, seconds in rates.cpu.items()],
        )
        progress(f"growing a log to {sizes[-1]:,} leaves")
        report.table(
            (
                "leaves", "append µs", "tiles B", "seeds B", "one proof p50 ms", "p95",
                f"{log.TOGETHER:,} scattered p50 ms", "in runs of 10", "consistency p50 ms",
            ),
            [_grown(each) for each in log.tree(sizes, progress)],
        )  # fmt: skip
    finally:
        log.close_database()
    progress(f"verifying {log.TOGETHER:,} statements")
    report.table((f"verification of {log.TOGETHER:,}", "takes"), log.verification().items())


def _grown(each: log.Grown) -> tuple[str, ...]:
    return (
        f"{each.size:,}",
        f"{each.append * 1e6:.1f}",
        *(f"{size:.1f}" for size in each.disk.values()),
        _ms(sorted(each.one), 50),
        _ms(sorted(each.one), 95),
        _ms(sorted(each.scattered), 50),
        _ms(sorted(each.runs), 50),
        _ms(sorted(each.consistency), 50),
    )


def _ms(times: Sequence[float], percent: int) -> str:
    if len(times) < 2:
        return f"{times[0] * 1_000:.1f}" if times else ""
    return f"{statistics.quantiles(times, n=100, method='inclusive')[percent - 1] * 1_000:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--full",
        action="store_true",
        help="a million statements, ten million leaves, 100,000 requests",
    )
    parser.add_argument("--statements", type=int, help="for the reads (default 100,000)")
    parser.add_argument(
        "--parts", type=int, default=1, help="of the tables, into which these statements are put"
    )
    parser.add_argument(
        "--seconds", type=float, default=6, help="for each load, in each of 2 rounds"
    )
    parser.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas")
    options = parser.parse_args()
    parts = options.only.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    statements = options.statements or (1_000_000 if options.full else 100_000)
    draws = 300 if options.full else 100
    stamp = time.strftime("%Y-%m-%dT%H%M", time.gmtime())
    report = Report(ROOT / "var" / "bench" / f"{stamp}.md")
    report.say(f"# Bench, {stamp}: {os.cpu_count()} cores, Python {platform.python_version()}")
    report.say()
    with (
        tempfile.TemporaryDirectory(prefix="keiko-bench-") as folder,
        a_server(Path(folder)) as server,
        psycopg.connect(server.target.database, autocommit=True) as connection,
    ):
        connection.execute(writes.LIMIT_TABLE)
        for load in (*writes.LOADS, *writes.DOCUMENTS):  # connections, caches, plans, dimensions
            load.work(server.target, 1)
        if "import" in parts or "reads" in parts:
            measure_import(
                server, report, statements, Path(folder), lines(statements), options.parts
            )
        if "reads" in parts:
            measure_reads(server, report, draws, 20 if options.full else 6)
        if "hierarchy" in parts:
            placed = hierarchy.lines(statements)
            measure_import(server, report, statements, Path(folder), placed)
            measure_hierarchy(server, report, draws, 20 if options.full else 6)
        if "disk" in parts:
            measure_disk(server, report)
        if "writes" in parts:
            measure_writes(server, report, writes.LOADS, options.seconds)
        if "documents" in parts:
            measure_writes(server, report, writes.DOCUMENTS, options.seconds)
        if "log" in parts:
            sizes = [10**power for power in range(4, 8 if options.full else 7)]
            measure_log(server, report, 100_000 if options.full else 20_000, sizes)
        if "memory" in parts:
            measure_memory(server, report, 100_000 if options.full else 10_000)
    progress("")
    print(f"\nWritten to {report.path}")


if __name__ == "__main__":
    main()
