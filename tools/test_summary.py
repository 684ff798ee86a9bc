"""Counts the tests of ctest's JUnit files (arguments PRESET=FILE), names skipped and failed ones; exit status 1 when one failed."""

import re
import sys
import xml.etree.ElementTree as ElementTree


def skip_reason(case):
    """The sentence that GTEST_SKIP printed: it stands on the line after 'file:line: Skipped'."""
    output = case.findtext("system-out") or ""
    match = re.search(r": Skipped\n(.*)", output)
    if match and match.group(1).strip():
        return match.group(1).strip()
    return "it gave no reason"


def is_skipped(case):
    """ctest also calls 'skipped' what it could not run (a missing program): that is a failure here."""
    skipped = case.find("skipped")
    return skipped is not None and skipped.get("message", "").startswith("SKIP_")


def main(arguments):
    passed, failed, skipped = 0, [], []
    for argument in arguments:
        preset, path = argument.split("=", 1)
        try:
            cases = ElementTree.parse(path).getroot().findall("testcase")
        except (OSError, ElementTree.ParseError) as error:
            failed.append(f"{preset}: no results in {path} ({error})")
            continue
        if not cases:
            failed.append(f"{preset}: ran no test")
        for case in cases:
            name = f"{preset}: {case.get('name')}"
            if case.get("status") == "run":
                passed += 1
            elif is_skipped(case):
                skipped.append(f"{name}: {skip_reason(case)}")
            else:
                failed.append(name)
    for title, names in (("Skipped", skipped), ("Failed", failed)):
        if names:
            print(f"\n{title}:")
            print("\n".join(f"  {name}" for name in names))
    print(f"\n{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
