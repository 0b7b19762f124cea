"""The list of what the executable and the image are made of."""

import hashlib
import json
import re
import subprocess
import unittest
from pathlib import Path

from harness import EXECUTABLE, ROOT


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=120, **more).stdout


class BillOfMaterials(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = run(ROOT / "Scripts/sbom", EXECUTABLE)
        cls.bill = json.loads(cls.text)
        cls.components = cls.bill["components"]

    def properties(self, name):
        return [
            (component, entry["value"]) for component in self.components
            for entry in component.get("properties", []) if entry["name"] == name
        ]

    def test_names_every_library_that_is_loaded_with_the_version_of_its_package(self):
        loaded = {path for _, path in self.properties("shuren:loaded")}
        # The loader's own words, read another way than the script does; without the kernel's page, which is no file.
        wanted = {word for word in run("ldd", EXECUTABLE).split() if word.startswith("/")}
        self.assertGreater(len(wanted), 5)
        self.assertEqual(loaded, wanted)
        for component, path in self.properties("shuren:loaded"):
            name = component["name"]
            self.assertEqual(component["version"], run("dpkg-query", "-W", "-f=${Version}", name), name)
            files = run("dpkg-query", "-L", name).split("\n")
            self.assertIn(Path(path).name, {Path(file).name for file in files}, name)
            self.assertEqual(component["scope"], "required")
        names = {component["name"] for component, _ in self.properties("shuren:loaded")}
        self.assertLessEqual({"libsqlite3-0", "libcurl4", "zlib1g", "libssl3", "libargon2-1", "libc6"}, names)

    def test_names_what_the_image_adds_the_runtime_and_packages_from_outside(self):
        dockerfile = (ROOT / "Dockerfile").read_text()
        stage = dockerfile[dockerfile.rindex("\nFROM "):]
        added = re.search(r"install -y --no-install-recommends (.+?) *\\\n", stage)[1].split()
        self.assertEqual({component["name"] for component, _ in self.properties("shuren:installed-by")}, set(added))
        base = next(component for component in self.components if component["bom-ref"] == "image-base")
        self.assertIn(f"FROM {base['name']}:{base['version']}", stage)
        runtime = next(component for component in self.components if component["bom-ref"] == "swift-runtime")
        self.assertIn(f"FROM swift:{'.'.join(runtime['version'].split('.')[:2])}", dockerfile)
        resolved = ROOT / "Package.resolved"
        pins = json.loads(resolved.read_text())["pins"] if resolved.exists() else []
        own = {component["name"] for component in self.components if component["bom-ref"].startswith("swift-package-")}
        self.assertEqual(own, {pin["identity"] for pin in pins})

    def test_is_of_this_executable_and_hangs_together(self):
        about = self.bill["metadata"]["component"]
        self.assertEqual((self.bill["bomFormat"], self.bill["specVersion"]), ("CycloneDX", "1.6"))
        self.assertEqual(about["version"], run(EXECUTABLE, "--version").split()[1])
        self.assertEqual(about["hashes"][0]["content"], hashlib.sha256(Path(EXECUTABLE).read_bytes()).hexdigest())
        references = [component["bom-ref"] for component in self.components]
        self.assertEqual(len(references), len(set(references)))
        for dependency in self.bill["dependencies"]:
            self.assertIn(dependency["ref"], [*references, "shuren"])
            self.assertLessEqual(set(dependency["dependsOn"]), set(references))
        # Whatever is loaded is reached from the executable.
        edges = {dependency["ref"]: dependency["dependsOn"] for dependency in self.bill["dependencies"]}
        reached, waiting = set(), ["shuren"]
        while waiting:
            for name in edges.get(waiting.pop(), []):
                if name not in reached:
                    reached.add(name)
                    waiting.append(name)
        self.assertLessEqual({component["bom-ref"] for component, _ in self.properties("shuren:loaded")}, reached)
        # And it is the same list the next time.
        self.assertEqual(run(ROOT / "Scripts/sbom", EXECUTABLE), self.text)
