"""Lesson: what a language model of characters is, what temperature does, what to try."""

import streamlit as st

from charlstm.ui.components.share import share
from charlstm.ui.visit import enter

PAGE = "pages/temperature.py"
TO_TRY = [
    (
        "The likeliest character, always",
        "T = 0 leaves no choice. Watch how soon the text goes round in circles.",
        {"temperature": "0", "prompt": "the strongest and most ", "write": "1", "length": "800"},
    ),
    (
        "Cautious: 0.2",
        "Nearly every word is a real one. How many different ones can you count?",
        {"temperature": "0.2", "prompt": "the meaning of ", "write": "1"},
    ),
    (
        "In between: 0.5",
        "Structure and surprise together. Is this really the most interesting temperature?",
        {"temperature": "0.5", "prompt": "the meaning of ", "write": "1"},
    ),
    (
        "As the model learned it: 1.0",
        "The distribution untouched. Look for words that ought to exist.",
        {"temperature": "1", "prompt": "the meaning of ", "write": "1"},
    ),
    (
        "Too hot: 1.2 and beyond",
        "Rare characters get more than their share, and one odd letter throws off the next.",
        {"temperature": "1.2", "prompt": "the meaning of ", "write": "1"},
    ),
    (
        "All four side by side",
        "The same prompt, the same random numbers. Where do two neighbours differ, and why there?",
        {"prompt": "the meaning of ", "temperatures": "0.2, 0.5, 1, 1.2"},
        "pages/compare.py",
    ),
    (
        "Cut the tail",
        "Hot, but only the likeliest characters may be drawn. Which of the two texts has words?",
        {"prompt": "the meaning of ", "temperature": "1.2", "strategy": "top-p:0.9", "write": "1"},
        "pages/strategies.py",
    ),
    (
        "All temperatures at once",
        "An atlas: where do invented words begin, and where does the text go round in circles?",
        {"prompt": "the meaning of ", "temperature": "0.8", "atlas": "1"},
        "pages/atlas.py",
    ),
    (
        "Where there is nothing to choose",
        "After “the q” the model is all but certain. Turn the dial as far as it goes.",
        {"temperature": "1", "prompt": "the q"},
    ),
    (
        "A model that has read nothing",
        "An empty prompt. What does the network expect first, and why?",
        {"temperature": "1", "prompt": ""},
    ),
    (
        "Another kind of model",
        "The notebook's own recipe reads 60 characters afresh for every one that it writes.",
        {"run": "nietzsche-book", "temperature": "0.5", "prompt": "the meaning of ", "write": "1"},
    ),
    (
        "Why does it blow up, and is my model lost?",
        "A training that learned well, then exploded; beside it a twin that did not. Scrub to where"
        " it breaks, then press *Best*: what was learned before is kept.",
        {"run": "nietzsche-diverges", "temperature": "0.5", "prompt": "the meaning of "},
        "pages/timeline.py",
    ),
]

enter("lesson")
share()

text, _ = st.columns([3, 1])
with text:
    st.markdown(
        """
        A **language model of characters** reads a text from left to right and answers one question
        at every step: *which character comes next?* Its answer is not a character. It is a
        probability for every character it knows, and they add up to 1.

        Nobody tells it about words, spelling or grammar. It is shown a book, guesses each
        character from those before it, and is corrected a little each time. What it knows in the
        end is what helped it guess: that *q* is followed by *u*, that words end, that a sentence
        that began with *although* is not over yet.

        ## Four steps make a text

        1. **Ask** the model for the distribution of the next character, given the text so far.
        2. **Reweight** that distribution with a temperature.
        3. **Draw** one character at random from what the reweighting left.
        4. **Append** it to the text, and begin again.

        The model has no plan. Whatever it seems to be saying, it found out as it went along.
        """
    )

    st.markdown("## What temperature does")
    st.markdown(
        """
        Before the probabilities, the network holds one number per character, its *logit*. They are
        divided by the temperature *T* and turned into probabilities:
        """
    )
    st.latex(r"p_i = \frac{e^{\,z_i / T}}{\sum_j e^{\,z_j / T}}")
    st.markdown(
        """
        - **T = 1** leaves the distribution as the model learned it.
        - **Below 1** the differences between logits grow: the likely becomes likelier, the rare
          disappears. At **T = 0** only the likeliest character is left.
        - **Above 1** the differences shrink: the rare gets its chance. A very high temperature
          makes all characters equally likely, and the text is noise.

        Temperature changes no order: what was likelier stays likelier. How much choice is left is
        what the *entropy* measures, in bits. Two to the power of it is the number of equally likely
        characters that would leave you just as much in doubt.
        """
    )

    st.markdown("## What to try")
    for title, question, state, *elsewhere in TO_TRY:
        link, words = st.columns([2, 3], vertical_alignment="center")
        page = elsewhere[0] if elsewhere else PAGE
        link.page_link(page, label=title, query_params=state, icon=":material/arrow_forward:")
        words.markdown(question)

    st.markdown("## Other networks, and none at all")
    st.markdown(
        """
        An LSTM carries a memory from character to character, through gates. A **GRU** does so with
        fewer of them. A **convolution** carries nothing: it looks at the last 32 characters and at
        no other. And an **n-gram** model learns nothing at all: it counts what followed the last
        five characters in the book, and looks it up. Let them race, and read what each writes.
        """
    )
    st.page_link("pages/race.py", label="Race", icon=":material/arrow_forward:")

    st.markdown("## Words instead of characters")
    st.markdown(
        """
        A model can be asked for the next *word* just as well. It hardly ever misspells, for it
        cannot spell: it knows the few thousand commonest words of the book, and writes `<unk>` for
        every other. Each of its answers is worth many characters, so its loss per word looks huge
        beside a loss per character. To hold them against each other both must pay for the same
        text, in bits per character, and the words that it does not know must be spelled on top.
        Let both learn equally long, and see which one predicts the book better.
        """
    )
    words, race_words = st.columns(2)
    words.page_link(
        "pages/train.py",
        label="Train a model of words",
        query_params={"level": "word"},
        icon=":material/arrow_forward:",
    )
    race_words.page_link(
        "pages/race.py",
        label="Characters against words",
        query_params={"runners": "lstm-128x1-tbptt,lstm-128x1-tbptt-word"},
        icon=":material/arrow_forward:",
    )

    st.markdown("## Strategies: who may be drawn at all")
    st.markdown(
        """
        A high temperature gives the rare its chance, and also the absurd. A *strategy* cuts
        characters before the draw: all but the *k* likeliest, or all beyond a share of the
        probability, and what is left shares out the rest. Always taking the likeliest path sounds
        best of all; **beam search** shows what that reads like.
        """
    )
    st.page_link("pages/strategies.py", label="Strategies", icon=":material/arrow_forward:")

    st.markdown("## Be the one who chooses")
    st.markdown(
        """
        Nothing forces the draw. On **By hand** you pick the next character yourself and see what
        each choice costs in bits; on **What if** you change one character of a text and replay the
        same random numbers from there; on **Surprise** the model reads your own text and colours
        every character that it did not expect.
        """
    )
    hand, whatif, surprise = st.columns(3)
    hand.page_link("pages/hand.py", label="By hand", icon=":material/arrow_forward:")
    whatif.page_link("pages/whatif.py", label="What if", icon=":material/arrow_forward:")
    surprise.page_link("pages/surprise.py", label="Surprise", icon=":material/arrow_forward:")

    st.markdown("## Language as compression")
    st.markdown(
        """
        What can be predicted need not be stored. A character that the model gives the probability
        *p* can be written down in -log₂ *p* bits: almost nothing where it was sure, many bits where
        it was surprised. So a model that predicts a text well compresses it well. What is left
        looks random, though it says as much as before. A language that was compressed already
        would mean no less, and no model could learn to write it.
        """
    )
    pack, whatif_packed = st.columns(2)
    pack.page_link("pages/compression.py", label="Compress", icon=":material/arrow_forward:")
    whatif_packed.page_link(
        "pages/compression.py",
        label="Learn a compressed text",
        query_params={"view": "If language were compressed"},
        icon=":material/arrow_forward:",
    )

    st.markdown("## Look inside")
    st.markdown(
        """
        The network has cells, each with one number that it carries from character to character.
        Nobody told them what to count. On **Cells** you see what each holds, which one knows how
        far into a word it is, how well that claim holds on text it never saw, and what goes wrong
        without it.
        """
    )
    st.page_link("pages/cells.py", label="Cells", icon=":material/arrow_forward:")

    st.markdown("## Then teach one yourself")
    st.markdown(
        """
        A network of 128 cells learns to spell in seconds. Watch the loss fall, and read what it
        writes after every pass over the text: first single letters, then syllables, then words.

        What is still missing then is mostly size and time: a bigger network, longer, on more text.
        The presets there go from half a minute to a night, and say what each of them reached.
        """
    )
    st.page_link("pages/train.py", label="**Train a model**", icon=":material/arrow_forward:")
