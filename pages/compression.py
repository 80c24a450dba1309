"""Compression: pack a text with a model's predictions, unpack it, and learn a compressed text."""

import streamlit as st

from charlstm.ui import address
from charlstm.ui.components.share import share
from charlstm.ui.parameters import same
from charlstm.ui.views import errors_shown
from charlstm.ui.views.packing import compress, decompress
from charlstm.ui.views.thought_view import thought
from charlstm.ui.views.trainings import show_failure

VIEWS = {"Compress": compress, "Decompress": decompress, "If language were compressed": thought}

views = address.parameter("view", default=next(iter(VIEWS)), options=same(VIEWS))
view = address.show(st.segmented_control, "Language as compression", views)
show_failure()
with errors_shown():
    share(*VIEWS[view]())
