"""Lesson: what a language model of characters is, what temperature does, what to try.

Its text is in lesson.md, where a line ``- [Race](race?prompt=the) words`` is a link to a page.
"""

import re
from itertools import groupby
from pathlib import Path
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.ui.views import link

TEXT = Path(__file__).with_suffix(".md").read_text(encoding="utf-8")
LINK = re.compile(r"- \[(.+)\]\((\w+)\??(.*?)\) ?(.*)")


def show_link(container: DeltaGenerator, label: str, page: str, query: str) -> None:
    link(container, label, page, **dict(parse_qsl(query, keep_blank_values=True)))


page_column, _ = st.columns([3, 1])
with page_column:
    for is_link, lines in groupby(TEXT.splitlines(), lambda line: bool(LINK.fullmatch(line))):
        if not is_link:
            st.markdown("\n".join(lines))
            continue
        links = [match.groups() for line in lines if (match := LINK.fullmatch(line))]
        if links[0][-1]:
            for *target, words in links:
                link_column, words_column = st.columns([2, 3], vertical_alignment="center")
                show_link(link_column, *target)
                words_column.markdown(words)
        else:
            for container, (*target, _) in zip(st.columns(len(links)), links, strict=True):
                show_link(container, *target)
