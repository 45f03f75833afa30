"""Pictures that an editor uploads in the browser: cleaned on disk, refused in a sentence."""

import itertools
import json
import shutil
import subprocess

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.core import make_files as make

pytestmark = pytest.mark.browser
TELLING = ("GPS", "Artist", "Make", "Model", "Date", "Comment", "Creator")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
DEPTHS = itertools.count(60)
HTML = b"<!doctype html><title>x</title><script>alert(1)</script>"


def told(path):
    """What exiftool finds in a file (dict), but for what it says about the file itself."""
    if not shutil.which("exiftool"):
        pytest.fail("exiftool is missing: sudo apt install libimage-exiftool-perl", pytrace=False)
    found = json.loads(subprocess.check_output(["exiftool", "-json", "-G", path]))[0]
    return {name: value for name, value in found.items() if not name.startswith(("File:", "SourceFile", "ExifTool:"))}


@pytest.fixture
def telling_picture(tmp_path):
    """A JPEG that says where, by whom and with what it was taken; another one each time, for Wagtail asks about twins."""
    path = tmp_path / "IMG_0001.jpg"
    Image.effect_mandelbrot((1200, 900), (-2, -1.5, 1, 1.5), next(DEPTHS)).convert("RGB").save(path)
    told(path)
    tags = ["-GPSLatitude=1.2921", "-GPSLatitudeRef=S", "-GPSLongitude=36.8219", "-GPSLongitudeRef=E"]
    tags += ["-Artist=A Witness", "-Make=Phone", "-Model=X1", "-DateTimeOriginal=2026:01:02 03:04:05"]
    subprocess.check_call(["exiftool", "-q", "-overwrite_original", *tags, path])
    assert any("GPS" in name for name in told(path))
    return path


def choose(desk, path, title):
    """Fill in and send “Add an image”."""
    desk.open("images/add/")
    desk.field("file").set_input_files(path)
    desk.field("title").fill(title)
    desk.page.get_by_label("Nobody: a place").check()
    desk.field("description").fill("A room with two chairs.")
    desk.page.get_by_role("button", name="Upload").click()


def test_place_and_name_are_gone(desk, telling_picture):
    choose(desk, telling_picture, "A room")
    desk.said("added")
    name = desk.site.sql("SELECT file FROM core_siteimage WHERE title = 'A room'")[0][0]
    original = desk.site.folder / "private" / name
    renditions = desk.site.sql(
        "SELECT rendition.file FROM core_rendition AS rendition JOIN core_siteimage AS image ON image.id = image_id "
        "WHERE image.title = 'A room'"
    )
    folders = {"images": "media", "sizes": "private"}
    files = [original, *(desk.site.folder / folders[file.partition("/")[0]] / file for (file,) in renditions)]
    assert len(files) >= 2
    for file in files:
        assert not [tag for tag in told(file) if any(word in tag for word in TELLING)], file
        assert b"A Witness" not in file.read_bytes()
        assert "IMG_0001" not in file.name
    assert Image.open(original).size == (1200, 900)
    for path in (f"/media/{name}", f"/private/{name}", f"/admin/private/{name}"):
        assert desk.site.status(path) in (302, 404) or "login" in desk.site.get(path)[2].lower(), path


@pytest.mark.parametrize("content", [SVG, HTML], ids=["svg", "html"])
def test_what_is_no_picture_is_refused(desk, tmp_path, content):
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    choose(desk, path, "Not a picture")
    error = desk.page.locator(".w-field__errors:visible, .error-message:visible").first
    expect(error).to_be_visible()
    assert len(error.inner_text().split()) > 4
    assert desk.site.sql("SELECT count(*) FROM core_siteimage WHERE title = 'Not a picture'") == [(0,)]
    assert not list((desk.site.folder / "private").rglob("*holiday*"))


def test_many_at_once(desk, tmp_path, telling_picture):
    bad = tmp_path / "holiday.jpg"
    bad.write_bytes(HTML)
    before = desk.site.sql("SELECT count(*) FROM core_siteimage")[0][0]
    desk.open("images/multiple/add/")
    desk.page.locator("input[type=file]").set_input_files([bad, telling_picture])
    expect(desk.page.locator("#upload-list .upload-success")).to_have_count(1)
    refused = desk.page.locator("#upload-list .upload-failure")
    expect(refused).to_have_count(1)
    assert "." in refused.inner_text()
    assert desk.site.sql("SELECT count(*) FROM core_siteimage")[0][0] == before + 1
    newest = desk.site.sql("SELECT file FROM core_siteimage ORDER BY id DESC LIMIT 1")[0][0]
    assert not [tag for tag in told(desk.site.folder / "private" / newest) if any(word in tag for word in TELLING)]
    assert not desk.watch.problems()


def test_documents_that_tell_of_people(desk, tmp_path):
    """“Add documents”: the file is whole and clean at once; nothing is kept aside as it came."""
    path = tmp_path / "minutes of A Witness.pdf"
    path.write_bytes(make.pdf())
    assert "PDF:Author" in told(path)
    desk.open("documents/multiple/add/")
    desk.page.locator("input[type=file]").set_input_files([path])
    expect(desk.page.locator("#upload-list .upload-success")).to_have_count(1)
    title = desk.page.locator("#upload-list input[name$='-title']")
    title.fill("Minutes")
    desk.page.locator("#upload-list select[name$='-language']").select_option("en")
    desk.page.locator("#upload-list").get_by_role("button", name="Update").click()
    expect(title).to_have_count(0)  # the row is done and goes away
    rows = desk.site.sql("SELECT file, language FROM core_sitedocument WHERE title = 'Minutes'")
    assert [language for _file, language in rows] == ["en"]
    stored = desk.site.folder / "private" / rows[0][0]
    assert "PDF:Author" not in told(stored)
    assert "Witness" not in stored.name
    assert not list((desk.site.folder / "media").rglob("*.pdf"))
    assert not desk.watch.problems()
