"""The pictures that README and docs show are there, and a script makes every one of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.pictures import FOLDER, LARGEST_BYTES, PICTURES, Picture

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_MARKDOWN = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)\)")
_HTML = re.compile(r"<img\b(?P<attributes>[^>]*)>")
_ATTRIBUTE = re.compile(r'\b(alt|src)="([^"]*)"')
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _shown() -> Iterator[tuple[Path, str, str]]:
    """Page, address and words of every picture."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in _MARKDOWN.finditer(text):
            yield page, found["path"], found["alt"]
        for found in _HTML.finditer(text):
            said = dict(_ATTRIBUTE.findall(found["attributes"]))
            yield page, said.get("src", ""), said.get("alt", "")


def test_every_picture_of_a_page_is_there_and_says_in_words_what_it_shows() -> None:
    shown = list(_shown())
    assert shown
    for page, path, words in shown:
        assert (page.parent / path).is_file(), f"{page.name} shows {path}, which is missing"
        assert len(words) > 10, f"{page.name} shows {path} without saying what is on it"


def test_the_script_makes_every_picture_and_every_picture_is_shown() -> None:
    made = {picture.name for picture in PICTURES}
    assert len(made) == len(PICTURES)
    assert {path.stem for path in FOLDER.glob("*.png")} == made
    assert {Path(path).stem for _, path, _ in _shown()} == made


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_small(picture: Picture) -> None:
    path = FOLDER / f"{picture.name}.png"
    assert path.read_bytes().startswith(_SIGNATURE)
    assert path.stat().st_size <= LARGEST_BYTES
