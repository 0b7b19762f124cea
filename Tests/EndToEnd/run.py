"""Runs the end-to-end tests, or those whose names contain a word: run.py [WORD]. The last line counts them."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)

loader = unittest.TestLoader()
if len(sys.argv) > 1:
    loader.testNamePatterns = [f"*{sys.argv[1]}*"]
result = unittest.TextTestRunner(verbosity=2).run(loader.discover(here, "test_*.py"))
failed = len(result.failures) + len(result.errors)
skipped = len(result.skipped)
for test, reason in result.skipped:
    print(f"skipped {test}: {reason}")
print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped", flush=True)
sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
