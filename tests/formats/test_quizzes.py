"""Quizzes as QTI 1.2.1, read by a checker of packages that is not ours, and held against what the profile of Common
Cartridge demands of every item. Its XML schema is on no package index, so its rules are written out here."""

import tempfile
import unittest
import zipfile
from collections import Counter
from pathlib import Path

from lxml import etree
from qti_package_maker.common.package_integrity import check_entries, check_package

from program import ROOT, read_yaml, sandbar

QUIZ = ROOT / "content" / "lakehouse-week3" / "quizzes" / "week-3.yml"
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
MANIFEST = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
# What an item of each profile answers by, and how many answers it takes.
PROFILES = {
    "cc.multiple_choice.v0p1": ("response_lid", "Single"),
    "cc.true_false.v0p1": ("response_lid", "Single"),
    "cc.multiple_response.v0p1": ("response_lid", "Multiple"),
    "cc.fib.v0p1": ("response_str", "Single"),
}


def metadata(element):
    """The labelled entries of an assessment or an item, each label once."""
    fields = element.findall(f"{QTI}qtimetadata/{QTI}qtimetadatafield")
    fields += element.findall(f"{QTI}itemmetadata/{QTI}qtimetadata/{QTI}qtimetadatafield")
    entries = [(field.findtext(f"{QTI}fieldlabel"), field.findtext(f"{QTI}fieldentry")) for field in fields]
    assert len(dict(entries)) == len(entries), entries
    return dict(entries)


class Cartridge(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = Path(folder.name) / "week.imscc"
        sandbar("quiz", "export", QUIZ, "--output", cls.path, status=(0,))
        with zipfile.ZipFile(cls.path) as package:
            cls.entries = {name: package.read(name) for name in package.namelist()}
        cls.assessment = etree.fromstring(cls.entries["assessment.xml"])
        cls.items = list(cls.assessment.iter(f"{QTI}item"))

    def test_a_checker_of_packages_finds_nothing(self):
        self.assertEqual(check_package(str(self.path)), [])

    def test_the_checker_would_find_what_leads_nowhere(self):
        for file, whole, broken in [
            ("assessment.xml", b'response_label ident="option_0"', b'response_label ident="other"'),
            ("assessment.xml", b'item ident="', b'item ident="1 '),
            ("imsmanifest.xml", b'href="assessment.xml"', b'href="other.xml"'),
        ]:
            self.assertIn(whole, self.entries[file])
            spoilt = {**self.entries, file: self.entries[file].replace(whole, broken)}
            self.assertNotEqual(check_entries(spoilt), [], broken)

    def test_the_manifest_names_the_cartridge_and_every_file(self):
        manifest = etree.fromstring(self.entries["imsmanifest.xml"])
        told = [manifest.findtext(f"{MANIFEST}metadata/{MANIFEST}{name}") for name in ["schema", "schemaversion"]]
        self.assertEqual(told, ["IMS Common Cartridge", "1.1.0"])
        (resource,) = manifest.iter(f"{MANIFEST}resource")
        self.assertEqual(resource.get("type"), "imsqti_xmlv1p2/imscc_xmlv1p1/assessment")
        named = {file.get("href") for file in resource.iter(f"{MANIFEST}file")}
        self.assertEqual(named | {"imsmanifest.xml"}, set(self.entries))
        identifiers = [element.get("identifier") for element in manifest.iter() if element.get("identifier")]
        self.assertEqual(len(set(identifiers)), len(identifiers))
        pointed = {item.get("identifierref") for item in manifest.iter(f"{MANIFEST}item")} - {None}
        self.assertEqual(pointed, {resource.get("identifier")})

    def test_the_assessment_says_what_the_profile_demands(self):
        assessment = self.assessment.find(f"{QTI}assessment")
        told = metadata(assessment)
        expected = {"cc_profile": "cc.exam.v0p1", "qmd_assessmenttype": "Examination"}
        expected |= {"qmd_timelimit": "15", "cc_maxattempts": "3"}
        self.assertEqual({label: told.get(label) for label in expected}, expected)
        self.assertEqual([child.tag for child in assessment], [f"{QTI}qtimetadata", f"{QTI}section"])

    def test_every_item_has_its_parts_in_their_order_and_a_profile_that_fits_them(self):
        order = ["itemmetadata", "presentation", "resprocessing", "itemfeedback"]
        for item in self.items:
            with self.subTest(item.get("ident")):
                parts = [order.index(child.tag.removeprefix(QTI)) for child in item]
                self.assertEqual(parts, sorted(parts))
                self.assertEqual(Counter(parts)[1], 1)
                self.assertEqual(Counter(parts)[2], 1)
                told = metadata(item)
                self.assertRegex(told["cc_weighting"], r"^[1-9][0-9]*$")
                response = item.find(f"{QTI}presentation")[-1]
                answered = (response.tag.removeprefix(QTI), response.get("rcardinality"))
                self.assertEqual(answered, PROFILES[told["cc_profile"]])

    def test_idents_are_unique_and_whatever_is_pointed_at_is_there(self):
        idents = [item.get("ident") for item in self.items]
        self.assertEqual(len(set(idents)), len(idents))
        for item in self.items:
            with self.subTest(item.get("ident")):
                own = Counter(element.get("ident") for element in item.iter() if element.get("ident"))
                self.assertEqual(max(own.values()), 1, own)
                labels = {label.get("ident") for label in item.iter(f"{QTI}response_label")}
                asked = item.find(f"{QTI}presentation")
                responses = {element.get("ident") for element in asked if element.tag.startswith(f"{QTI}response_")}
                feedbacks = {feedback.get("ident") for feedback in item.iter(f"{QTI}itemfeedback")}
                for answer in item.iter(f"{QTI}varequal"):
                    self.assertIn(answer.get("respident"), responses)
                    self.assertTrue(not labels or answer.text in labels, answer.text)
                shown = {shown.get("linkrefid") for shown in item.iter(f"{QTI}displayfeedback")}
                self.assertEqual(shown, feedbacks)
                scores = [rule.text for rule in item.iter(f"{QTI}setvar")]
                self.assertEqual(set(scores), {"100"})

    def test_every_right_choice_of_the_file_is_right_in_the_cartridge(self):
        exported = {item.get("ident"): item for item in self.items}
        questions = read_yaml(QUIZ)["questions"]
        questions = [question for question in questions if question["kind"] in ("single", "multiple")]
        self.assertGreater(len(questions), 40)
        for question in questions:
            with self.subTest(question["id"]):
                rules = exported[question["id"]].iter(f"{QTI}respcondition")
                (scored,) = [rule for rule in rules if rule.find(f"{QTI}setvar") is not None]
                wanted = scored.find(f"{QTI}conditionvar")
                wanted = wanted if wanted.find(f"{QTI}and") is None else wanted.find(f"{QTI}and")
                right = {answer.text for answer in wanted.findall(f"{QTI}varequal")}
                options = enumerate(question["options"])
                places = {f"option_{place}" for place, option in options if option.get("correct")}
                self.assertEqual(right, places)


if __name__ == "__main__":
    unittest.main()
