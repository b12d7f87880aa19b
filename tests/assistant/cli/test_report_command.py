"""`journey report`: one file that loads nothing, shows what the answers say, and leads from each number to its rows."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant.rendering.report_pdf import browser, pdf
from knowledge.errors import InputError, NotFound

EVIL = '<script>alert(1)</script> & "quoted" <img src=x onerror=alert(1)> late parcel'


class Page(HTMLParser):
    """Collects tags, ids, links and what would be loaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        self.tags.append(tag)
        self.ids += [held["id"]] if "id" in held else []
        self.links += [held["href"]] if tag == "a" else []
        self.loads += [held[name] for name in ("src", "srcset") if name in held]
        if tag not in ("meta", "img", "source", "br"):
            self.open.append(tag)
        assert not any(name.startswith("on") for name in held), "no script in an attribute"

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def company(run_journey):
    """Half a year of feedback with a hostile text, a metric, and a map that puts it into stages."""
    lines = ["id,text,at,customer,rating,stage"]
    for i in range(80):
        said = "the parcel came late again and nobody told me" if i % 2 else "lovely recipes and friendly people"
        lines.append(f"{i},{said} {i},{date(2026, 1 + i % 6, 1 + i % 28)},c{i % 30},{1 if i % 2 else 5},onboarding")
    doubled = EVIL.replace('"', '""')
    # Tags are taken out of what was said when it is read; ids are kept as they are.
    lines.append(f'<script>alert(1)</script>,"{doubled}",2026-06-20,c99,1,onboarding')
    Path("f.csv").write_text("\n".join(lines), encoding="utf-8")
    rows = [f"onboarding,CSAT,2026-{m:02d},{4 + m / 10:.1f},{100 + m},4.2" for m in range(1, 7)]
    Path("m.csv").write_text("\n".join(["stage,metric,period,value,n,target", *rows]), encoding="utf-8")
    run_journey("import", "feedback", "f.csv")
    run_journey("import", "metrics", "m.csv")
    return lambda *arguments, **how: run_journey("report", *arguments, "--as-of", "2026-07-01", **how)


@pytest.fixture
def page(company):
    company("onboarding", "-o", "r.html")
    return Path("r.html").read_text(encoding="utf-8")


def test_it_is_one_file_that_loads_nothing(page):
    read = Page(page)
    assert read.open == []
    assert read.loads
    assert all(source.startswith("data:image/png;base64,") for source in read.loads)
    assert not {"script", "link", "iframe", "object"} & set(read.tags)
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    assert "url(" not in page


def test_every_link_leads_somewhere_in_the_file(page):
    read = Page(page)
    assert read.links
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))


def test_every_sentence_leads_to_what_it_rests_on(page):
    body = page.split('id="basis"')[0]
    sentences = re.findall(r'<(?:li|p class="head")>(.*?)</(?:li|p)>', body)
    told = [text for text in sentences if 'href="#s' not in text]
    assert told
    assert all('class="ref"' in text for text in told)
    assert 'id="e1"' in page


def test_the_words_of_strangers_are_text(page):
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_it_follows_the_readers_light_or_dark_and_fits_a_phone(page):
    assert page.count("prefers-color-scheme:dark") >= 2
    assert 'name="viewport"' in page
    assert all(re.search(r'<img [^>]*alt="[^"]{20,}', figure) for figure in re.findall(r"<figure.*?</figure>", page))


def test_the_same_data_makes_the_same_file(company, page):
    company("onboarding", "-o", "again.html")
    assert Path("again.html").read_text(encoding="utf-8") == page


def test_the_whole_journey_and_a_period_are_reports_too(company):
    company("all", "-o", "all.html")
    assert "Stage by stage" in Path("all.html").read_text(encoding="utf-8")
    told = company("onboarding", "--period", "May 2026", "-o", "may.html").output
    assert "May 2026" in told


def test_markdown_holds_the_same_numbers_and_no_live_markup(company, page):
    company("onboarding", "--format", "md")
    text = Path("report-onboarding.md").read_text(encoding="utf-8")
    assert "81 pieces of feedback" in text
    assert "81 pieces of feedback" in page
    assert re.search(r"(?<!\\)<(?!a id=|/a>)", text.replace("> “", "")) is None
    assert "[1](#e1)" in text
    assert '<a id="e1"></a>' in text


def test_small_groups_are_not_quoted_at_the_end(company, monkeypatch):
    monkeypatch.setenv("JOURNEY_MIN_CUSTOMERS", "5")
    company("onboarding", "-o", "r.html")
    rows = Path("r.html").read_text(encoding="utf-8").split('id="rows"')[1]
    assert "parcel" not in rows
    assert "not shown" in rows


def test_an_unknown_stage_is_told(company):
    result = company("moon", ok=False)
    assert isinstance(result.exception, NotFound)
    assert "There is no stage 'moon'" in str(result.exception)


def test_without_a_browser_a_pdf_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr("assistant.rendering.report_pdf.browser", lambda: None)
    with pytest.raises(InputError, match="Write the HTML instead"):
        pdf("<p>x</p>")


@pytest.mark.slow
def test_a_browser_prints_the_pages():
    if browser() is None:
        pytest.skip("SKIPPED LOUDLY: no Chromium, Chrome or Edge on this machine")
    assert pdf("<!doctype html><p>one page</p>").startswith(b"%PDF-")
