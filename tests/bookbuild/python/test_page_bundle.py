import base64
import gzip
import io
import json
import re
import zipfile

import pytest

from bookbuild.python import page_bundle
from bookbuild.python.pinned_files import version


def read_back(folder):
    """The content of each payload, by its name, as the page puts it together."""
    listed = json.loads(
        re.fullmatch(r"labPython\.manifest\((.*)\);\n", (folder / "manifest.js").read_text())[1]
    )
    content = {}
    for one in listed:
        text = ""
        for place, (name, size) in enumerate(zip(one["files"], one["sizes"], strict=True)):
            script = (folder / name).read_text()
            assert len(script) == size
            part = re.fullmatch(r'labPython\.part\("([\w-]+)",(\d+),"([\w+/=]*)"\);\n', script)
            assert (part[1], int(part[2])) == (one["name"], place)
            text += part[3]
        content[one["name"]] = gzip.decompress(base64.b64decode(text))
    return content


def test_what_was_packed_is_read_back(tmp_path, monkeypatch):
    monkeypatch.setattr(page_bundle, "PART", 7)
    page_bundle.write(
        [page_bundle.pack("one", "One", b"a" * 100), page_bundle.pack("two", "Two", b"")], tmp_path
    )
    assert len(list(tmp_path.glob("one-*.js"))) > 1
    assert read_back(tmp_path) == {"one": b"a" * 100, "two": b""}


def test_what_an_earlier_build_left_goes(tmp_path):
    page_bundle.write([page_bundle.pack("one", "One", b"old")], tmp_path)
    page_bundle.write([page_bundle.pack("one", "One", b"new")], tmp_path)
    assert len(list(tmp_path.glob("one-*.js"))) == 1
    assert read_back(tmp_path) == {"one": b"new"}


@pytest.fixture
def files(tmp_path):
    """Stand-ins for the fetched files."""
    archive = page_bundle.archive(
        {"numpy/a.py": b"1", "numpy/f2py/b.py": b"2", "numpy/c.pyi": b"3"}
    )
    contents = {
        "pyodide.js": b"// loader",
        "pyodide.asm.js": b"// core",
        "pyodide.asm.wasm": b"\0asm",
        "python_stdlib.zip": page_bundle.archive({"os.py": b"0"}),
        "numpy-2.whl": archive,
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def test_the_same_files_give_the_same_bytes(files):
    assert page_bundle.payloads(files) == page_bundle.payloads(files)


def test_the_worker_stands_behind_pyodide_and_knows_its_version(files):
    script = gzip.decompress(page_bundle.payloads(files)[0].packed).decode()
    assert script.startswith("// loader\n// core\n")
    assert f'version: "{version()}"' in script
    assert "PYODIDE_VERSION" not in script


def test_numpy_comes_without_what_only_development_needs(files):
    packed = {one.name: gzip.decompress(one.packed) for one in page_bundle.payloads(files)}
    with zipfile.ZipFile(io.BytesIO(packed["numpy"])) as numpy:
        assert numpy.namelist() == ["numpy/a.py"]
        assert all(one.compress_type == zipfile.ZIP_STORED for one in numpy.infolist())


def test_the_course_comes_with_what_can_be_imported_and_says_what_can_not():
    files = page_bundle.course_files()
    left_out = json.loads(files["left_out.json"])
    assert "lstm_lab/models/lstm.py" in files
    assert "lstm_lab/recorded/latch.json" in files
    assert left_out["lstm_lab.paper1997.runner.run"] == "numba"
    assert left_out["lstm_lab.twins"] == "torch"
    assert not any(f"{module.replace('.', '/')}.py" in files for module in left_out)
    assert not any(name.startswith(("lstm_lab/recorded/1997", "lstm_lab/bench")) for name in files)
