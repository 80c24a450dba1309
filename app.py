"""charlstm in the browser: ``streamlit run app.py``."""

import streamlit as st
from streamlit.starlette import App

from charlstm.web.routes import routes

app = App("pages/navigation.py", routes=routes(st.get_option("server.baseUrlPath")))
