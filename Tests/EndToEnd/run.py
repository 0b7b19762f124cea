"""Runs the end-to-end tests, or those whose names contain a word: run.py [WORD] [--jobs N]. The last line counts them.

What measures runs first and alone. The rest waits for servers and browsers most of the time, so that several files at a time
(`--jobs`) are done sooner; each file is a process of its own, and what it says comes when it is done.

A machine that others use, too, can keep a browser from its turn for longer than a story waits. So stories that failed are told again
at the end, alone, if they are few; those that went well then are counted as passed, and named, so that nobody overlooks them.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)

from harness import CRASHED

# Files whose tests measure time or memory, or need most of the machine themselves.
ALONE = {
    "test_abuse", "test_admin", "test_background", "test_crowd", "test_durability", "test_first_load", "test_load",
    "test_memory", "test_page_figures", "test_pictures", "test_power_cut", "test_webkit",
}
COUNTS = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", re.MULTILINE)
FAILED = re.compile(r"^(?:FAIL|ERROR): \w+ \((\w+)\.(\w+\.\w+)\)", re.MULTILINE)
# More failures than these have a cause of their own.
MOST_RETOLD = 5
# Stories that take as many seconds or more are named.
SLOW = 5


def loaded(word, files):
    loader = unittest.TestLoader()
    if word:
        loader.testNamePatterns = [f"*{word}*"]
    return loader.discover(here, files)


def tests(suite):
    for test in suite:
        yield from tests(test) if isinstance(test, unittest.TestSuite) else [test]


class Result(unittest.TextTestResult):
    """Knows how long each story took, too."""

    def __init__(self, *more, **options):
        super().__init__(*more, **options)
        self.seconds = []

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.seconds.append((time.monotonic() - self.began, test.id()))


def run(word, files):
    """Runs the tests in this process; whether all went well."""
    result = unittest.TextTestRunner(verbosity=2, resultclass=Result).run(loaded(word, files))
    for seconds, story in sorted(result.seconds, reverse=True):
        if seconds >= SLOW:
            print(f"slow: {seconds:.0f} s {story}")
    # A test with several parts that failed is one.
    failed = len({getattr(test, "test_case", test) for test, _ in result.failures + result.errors})
    skipped = len(result.skipped)
    for test, reason in result.skipped:
        print(f"skipped {test}: {reason}")
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped", flush=True)
    return result.wasSuccessful() and result.testsRun > 0


def run_file(word, name):
    """Runs one file in a process of its own; what it counted, how it ended, and the stories that failed."""
    began = time.monotonic()
    command = [sys.executable, __file__, *([word] if word else []), "--file", f"{name}.py"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    found = COUNTS.findall(done.stdout)
    counts = [int(count) for count in found[-1]] if found else [0, 1, 0]
    print(f"{done.stdout.rstrip()}\n--- {name}: {time.monotonic() - began:.0f} s", flush=True)
    # A server that crashed is never chance: what it did has no name that could be told again.
    stories = set() if CRASHED in done.stdout else set(FAILED.findall(done.stdout))
    return counts, done.returncode, stories


def run_all(word, jobs):
    """Runs every file that has a test to run, and counts them together."""
    names = sorted({type(test).__module__ for test in tests(loaded(word, "test_*.py"))})
    alone = [name for name in names if name in ALONE or name.startswith("_")]
    results = [run_file(word, name) for name in alone]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results += pool.map(lambda name: run_file(word, name), [name for name in names if name not in alone])
    passed, failed, skipped = (sum(counts[index] for counts, _, _ in results) for index in range(3))
    # Who looks for one story wants to see how it fails.
    retold = [] if word else retell([story for _, _, stories in results for story in sorted(stories)], failed)
    for story in retold:
        print(f"passed only when told again, alone: {story}")
    print(f"{passed + len(retold)} passed, {failed - len(retold)} failed, {skipped} skipped", flush=True)
    return bool(results) and failed == len(retold) and all(code == 0 or counts[1] for counts, code, _ in results)


def retell(stories, failed):
    """Tells stories that failed again, one by one; those that went well."""
    # What failed outside of a story has no name here and cannot be told again.
    if not stories or len(stories) != failed or failed > MOST_RETOLD:
        return []
    print(f"\n=== told again, alone: {', '.join(story for _, story in stories)}", flush=True)
    return [f"{module}.{story}" for module, story in stories if run_file(story, module)[1] == 0]


parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("word", nargs="?")
parser.add_argument("--jobs", type=int, default=3)
parser.add_argument("--file", help=argparse.SUPPRESS)
options = parser.parse_args()
sys.exit(0 if (run(options.word, options.file) if options.file else run_all(options.word, options.jobs)) else 1)
