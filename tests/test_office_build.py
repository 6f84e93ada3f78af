"""The Excel add-in is rendered from the registry. Offline evidence only: no Excel took part."""

from __future__ import annotations

import filecmp
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, get_args
from xml.etree import ElementTree

import pytest

from fanpan.addin.buttons.catalogue import BUTTONS, Group
from fanpan.addin.office import icons
from fanpan.addin.office.build import build, rendered
from fanpan.addin.office.metadata import client_functions, enums, function_name, functions_json
from fanpan.addin.office.names import GROUPS, Site, four_part
from fanpan.functions import REGISTRY
from fanpan.functions.cellfunction import CellFunction
from fanpan.functions.messages import LANGS, Lang
from fanpan.functions.registry import Registry

from .office import OFFICE, ROOT, TOOLS, bundle, evaluate, run_node

APP = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
OVER = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
BASE = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
CELL_ADDRESS = re.compile(r"(?i)^([a-z]{1,3}\d{1,7}|r\d*c\d*|r\d*|c\d*)$")
MACRO_NAMES = {"RUN", "ECHO", "CALL", "GOTO", "HALT", "RETURN", "ALERT.OPEN", "SUM", "IF", "DATE"}
SCHEMA = "@microsoft/app-manifest/build/json-schemas/teams/v1.30/MicrosoftTeams.schema.json"


def toy(text: Annotated[str, "Any text"]) -> str:
    """A text said twice.

    >>> toy("a")
    'aa'
    """
    return text * 2


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return rendered()


@pytest.fixture(scope="module")
def manifest(made: dict[str, bytes]) -> ElementTree.Element:
    return ElementTree.fromstring(made["manifest.xml"])


def test_a_function_added_to_the_registry_appears_everywhere(tmp_path: Path) -> None:
    functions = Registry()
    for function in REGISTRY.values():
        functions.add(function)
    functions.add(CellFunction(toy, {"zh_CN": "两遍文本"}))
    target = build(tmp_path / "excel", functions=functions)
    for lang, name in (("zh-CN", "两遍文本"), ("en-US", "TOY")):
        metadata = json.loads((target / f"functions.{lang}.json").read_text("utf-8"))
        (found,) = [entry for entry in metadata["functions"] if entry["id"] == "TOY"]
        assert found["name"] == name
    assert '"TOY"' in (target / "config.js").read_text("utf-8")
    assert "def FANPAN_TOY(text)" in (target / "fanpan_udfs.py").read_text("utf-8")
    # What Excel keeps for a day is asked for anew.
    assert version_of(target / "manifest.xml") != version_of(build(tmp_path / "b") / "manifest.xml")


def version_of(path: Path) -> str:
    found = re.search(r"taskpane\.html\?v=([^\"]+)", path.read_text("utf-8"))
    assert found
    return found[1]


def test_a_button_added_to_the_catalogue_appears_in_both_manifests(made: dict[str, bytes]) -> None:
    extra = replace(BUTTONS["refresh"], name="toy", titles={"zh": "玩具", "en": "Toy"})
    with_toy = rendered(buttons={**BUTTONS, "toy": extra})
    for file in ("manifest.xml", "manifest.json", "config.js"):
        assert b"fanpan.toy" in with_toy[file]
        assert b"fanpan.toy" not in made[file]
    assert "玩具".encode() in with_toy["manifest.xml"]


@pytest.mark.parametrize("lang", LANGS)
def test_every_function_keeps_within_what_excel_takes(lang: Lang) -> None:
    metadata = functions_json(REGISTRY, lang)
    ids = [entry["id"] for entry in metadata["functions"]]
    names = [entry["name"].upper() for entry in metadata["functions"]]
    assert ids == list(REGISTRY)
    assert len(set(names)) == len(names)
    known = {entry["id"] for entry in metadata["enums"]}
    assert len(known) == len(metadata["enums"]) <= 256
    for entry in metadata["functions"]:
        assert set(entry) == {"id", "name", "description", "parameters", "result"}
        assert 3 <= len(entry["name"]) <= 64
        assert re.fullmatch(r"[^\W\d_][\w.]*", entry["name"])
        assert not CELL_ADDRESS.match(entry["name"])
        assert not CELL_ADDRESS.match(entry["id"])
        assert entry["name"].upper() not in MACRO_NAMES
        parameters = entry["parameters"]
        assert len({parameter["name"] for parameter in parameters}) == len(parameters)
        optional = [bool(p.get("optional") or p.get("repeating")) for p in parameters]
        assert optional == sorted(optional), f"{entry['id']}: optional before required"
        assert not any(parameter.get("repeating") for parameter in parameters[:-1])
        for parameter in parameters:
            assert parameter["type"] in {"any", "string", "number", "boolean"}
            assert parameter.get("customEnumId", next(iter(known))) in known
            assert parameter["description"]


def test_chinese_names_are_those_of_the_registry_where_excel_takes_them() -> None:
    for function in REGISTRY.values():
        title = function.title("zh")
        expected = title if len(title) >= 3 else f"翻盘{title}"
        assert function_name(function, "zh") == expected


def test_words_offered_while_typing_are_the_choices() -> None:
    by_id = {entry["id"]: entry for entry in enums(REGISTRY, "zh")}
    kinds = {value["stringValue"]: value["name"] for value in by_id["fanpan.kind"]["values"]}
    assert kinds["quality"] == "产品质量"
    assert [value["stringValue"] for value in by_id["OFFER.part"]["values"]] == [
        "offer", "coupon", "cost", "approver",
    ]  # fmt: skip
    for function in REGISTRY.values():
        for parameter, shown in zip(
            function.parameters,
            next(
                e for e in functions_json(REGISTRY, "en")["functions"] if e["id"] == function.name
            )["parameters"],
            strict=True,
        ):
            if parameter.type.choices is not None:
                offered = [v["stringValue"] for v in by_id[shown["customEnumId"]]["values"]]
                assert offered == list(parameter.type.choices.ids), function.name


def test_the_client_knows_how_to_send_each_function() -> None:
    known = {entry["id"]: entry for entry in client_functions(REGISTRY)}
    assert known["OFFER"]["part"] == 4
    assert known["OFFER"]["rules"] == 5
    part, kind, words = known["OFFER"]["parts"][0]
    assert (part, kind, words[0]) == ("offer", "choice", "offer")
    assert all(REGISTRY["OFFER"].parts.id(word) == "offer" for word in words)
    assert known["DEADLINE"]["result"] == "moment"
    assert known["WHY"]["repeats"]


def test_xml_ids_and_resources_hold_together(manifest: ElementTree.Element) -> None:
    resources = manifest.find(f".//{OVER}Resources")
    assert resources is not None
    defined = [element.get("id", "") for kind in resources for element in kind]
    assert len(set(defined)) == len(defined)
    assert max(map(len, defined)) <= 32
    named = {element.get("resid") for element in manifest.iter() if element.get("resid")}
    assert named == set(defined)
    controls = [e.get("id") for tag in ("Control", "Group", "CustomTab")
                for e in manifest.iter(f"{OVER}{tag}")]  # fmt: skip
    assert len(set(controls)) == len(controls)


def test_xml_runs_everything_in_one_runtime(manifest: ElementTree.Element) -> None:
    runtime = manifest.find(f".//{OVER}Runtime")
    assert runtime is not None
    page = runtime.get("resid")
    assert runtime.get("lifetime") == "long"
    places = (
        f"{OVER}Page/{OVER}SourceLocation",
        f"{OVER}FunctionFile",
        f"{OVER}Action/{OVER}SourceLocation",
    )
    for place in places:
        found = manifest.find(f".//{place}")
        assert found is not None
        assert found.get("resid") == page, place
    sets = {element.get("Name") for element in manifest.iter(f"{APP}Set")}
    assert sets == {"CustomFunctionsRuntime", "SharedRuntime"}
    host = manifest.find(f".//{OVER}Host")
    assert host is not None
    assert [element.tag for element in host] == [
        f"{OVER}{tag}" for tag in ("Runtimes", "AllFormFactors", "DesktopFormFactor")
    ]
    assert manifest.find(f"{OVER}VersionOverrides").get(f"{XSI}type") == "VersionOverridesV1_0"  # type: ignore[union-attr]


def test_xml_addresses_are_https_and_versioned(
    manifest: ElementTree.Element, made: dict[str, bytes]
) -> None:
    places = {f"{BASE}Url", f"{BASE}Image", f"{BASE}Override"}
    texts = [
        element.get(name, "")
        for element in manifest.iter()
        if element.tag in places
        for name in ("DefaultValue", "Value")
    ]
    urls = [text for text in texts if text.startswith("http")]
    assert len(urls) >= 8
    for url in urls:
        assert re.fullmatch(r"https://localhost:8765/excel/[\w.-]+\?v=[\w.-]+", url), url
        assert url.split("/excel/")[1].split("?")[0] in made
    assert {e.get("id") for e in manifest.iter(f"{BASE}Image") if e.get("id")} == {
        "Icon.16", "Icon.32", "Icon.80",
    }  # fmt: skip


def test_xml_overrides_stand_inside_what_they_override(manifest: ElementTree.Element) -> None:
    parents = {child: parent for parent in manifest.iter() for child in parent}
    overrides = list(manifest.iter(f"{BASE}Override"))
    assert len(overrides) > len(BUTTONS)
    for override in overrides:
        assert parents[override].tag in {f"{BASE}Url", f"{BASE}String"}
        assert override.get("Locale") == "en-US"
    metadata = next(
        e for e in manifest.iter(f"{BASE}Url") if e.get("id") == "Functions.Metadata.Url"
    )
    assert "functions.zh-CN.json" in metadata.get("DefaultValue", "")
    assert "functions.en-US.json" in metadata[0].get("Value", "")


def test_every_button_is_on_the_ribbon_in_both_languages(manifest: ElementTree.Element) -> None:
    texts = {e.get("id"): [e.get("DefaultValue"), *[o.get("Value") for o in e]]
             for e in manifest.iter(f"{BASE}String")}  # fmt: skip
    controls = {e.get("id"): e for e in manifest.iter(f"{OVER}Control")}
    for button in BUTTONS.values():
        control = controls[f"fanpan.{button.name}"]
        action = control.find(f"{OVER}Action")
        assert action is not None
        assert action.get(f"{XSI}type") == "ExecuteFunction"
        assert action.findtext(f"{OVER}FunctionName") == f"fanpan.{button.name}"
        label = control.find(f"{OVER}Label")
        assert label is not None
        assert set(texts[label.get("resid")]) == {button.title("zh"), button.title("en")}
    for id, found in texts.items():
        limit = 250 if str(id).endswith(".Help") else 64
        assert all(text and len(text) <= limit for text in found), id
    assert set(GROUPS) == set(get_args(Group))


def test_english_may_be_the_default() -> None:
    made = rendered(lang="en", service="https://desk.example:9000/")
    root = ElementTree.fromstring(made["manifest.xml"])
    assert root.findtext(f"{APP}DefaultLocale") == "en-US"
    assert {o.get("Locale") for o in root.iter(f"{BASE}Override")} == {"zh-CN"}
    assert b"https://desk.example:9000/excel/taskpane.html" in made["manifest.xml"]


def validation(made: dict[str, bytes], tmp_path: Path) -> Any:
    path = tmp_path / "manifest.json"
    path.write_bytes(made["manifest.json"])
    return evaluate(
        f"""
        const {{ ManifestUtil }} = require("@microsoft/app-manifest");
        ManifestUtil.loadAndValidateFromPath({json.dumps(str(path))})
          .then(([, wrong]) => console.log(JSON.stringify(wrong)))
          .catch((error) => console.log(JSON.stringify([String(error)])));
        """
    )


def schema_errors(values: list[Any], definition: str, tmp_path: Path) -> list[Any]:
    """Against Microsoft's own schema: path and reason of every fault of every value."""
    path = tmp_path / "values.json"
    path.write_text(json.dumps(values), "utf-8")
    found = evaluate(
        f"""
        const Ajv = require("ajv-draft-04");
        const ajv = new Ajv({{ strict: false, allErrors: true, logger: false }});
        ajv.addSchema(require({json.dumps(SCHEMA)}), "m");
        const check = ajv.getSchema("m" + {json.dumps(definition)});
        const wrong = require({json.dumps(str(path))}).flatMap(
          (value) => (check(value) ? [] : check.errors));
        console.log(JSON.stringify(wrong));
        """
    )
    assert isinstance(found, list)
    return found


def test_the_json_manifest_passes_microsofts_validator(
    made: dict[str, bytes], tmp_path: Path
) -> None:
    assert validation(made, tmp_path) == []
    assert schema_errors([json.loads(made["manifest.json"])], "", tmp_path) == []
    broken = json.loads(made["manifest.json"])
    broken["extensions"][0]["runtimes"][0]["customFunctions"]["namespace"]["id"] = "翻盘"
    assert schema_errors([broken], "", tmp_path) != []
    assert validation({"manifest.json": json.dumps(broken).encode()}, tmp_path) != []


def test_the_json_manifests_texts_stand_where_its_schema_allows(made: dict[str, bytes]) -> None:
    strings = json.loads(made["manifest.en-us.json"])
    patterns = evaluate(
        f"""
        const schema = require({json.dumps(SCHEMA.replace("Teams.s", "Teams.Localization.s"))});
        console.log(JSON.stringify(
          [...Object.keys(schema.properties), ...Object.keys(schema.patternProperties)]));
        """
    )
    for place, text in strings.items():
        assert text
        assert any(place == p or re.search(p, place) for p in patterns), place


@pytest.mark.parametrize("lang", LANGS)
def test_functions_json_passes_microsofts_schema(lang: Lang, tmp_path: Path) -> None:
    metadata = functions_json(REGISTRY, lang)
    assert len(metadata["functions"]) == len(REGISTRY)
    function = "#/definitions/extensionFunction"
    assert schema_errors(metadata["functions"], function, tmp_path) == []
    assert schema_errors(metadata["enums"], "#/definitions/enum", tmp_path) == []
    short = {**metadata["functions"][0], "name": "规则"}
    assert schema_errors([short], function, tmp_path) != []


def test_shipped_script_is_what_the_sources_build_to(tmp_path: Path) -> None:
    bundle(tmp_path)
    dist = OFFICE / "dist"
    files = sorted(str(p.relative_to(dist)) for p in dist.rglob("*") if p.is_file())
    assert files == sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    _, different, missing = filecmp.cmpfiles(dist, tmp_path, files, shallow=False)
    assert (different, missing) == ([], []), "run make office"


def test_the_sources_pass_the_type_checker() -> None:
    run = run_node(
        str(TOOLS / "node_modules" / "typescript" / "bin" / "tsc"), "--noEmit", "-p", str(OFFICE)
    )
    assert run.stdout == ""
    assert run.returncode == 0


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((OFFICE / "package-lock.json").read_text("utf-8"))
    wanted = json.loads((OFFICE / "package.json").read_text("utf-8"))
    assert lock["packages"][""]["devDependencies"] == wanted["devDependencies"]
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert name == "" or package["integrity"].startswith("sha512-")


def test_icons_are_what_the_script_draws() -> None:
    for size in icons.SIZES:
        assert (OFFICE / "icons" / f"icon-{size}.png").read_bytes() == icons.png(size)


@pytest.mark.parametrize(("version", "expected"), [("0.1.0", "0.1.0.0"), ("1.2.dev3", "1.2.0.0")])
def test_versions_have_four_numbers(version: str, expected: str) -> None:
    assert four_part(version) == expected


def test_a_site_knows_its_other_language() -> None:
    assert (Site().other, Site(lang="en").other) == ("en", "zh")
    assert (ROOT / "addin" / "office").is_dir()
