// The page Strategies: what each stage cuts from a distribution, and its effect on a text.

import { Comparison } from "../comparison/comparison.js";
import { colourOf, createDial, endDial, setRange, turn } from "../dial/dial.js";
import { shortFigure } from "../shared/dial_words.js";
import { mounted } from "../shared/mount.js";
import { AddressWords } from "../shared/words.js";
import { StageView } from "../stage_view/stage_view.js";
import { stagesShown } from "../stage_view/stages.js";

export class Strategies {
  constructor(root) {
    this.root = root;
    this.words = new AddressWords(() => this.dial.isTurning());
    const dial = root.querySelector(".dial");
    dial.classList.add("compact"); // the slider alone: the bars are those of the stages
    dial.dataset.ready = "true";
    this.dial = createDial(dial, {
      turned: (temperature) => this.#turned(temperature),
      letGo: () => this.words.sendNow(),
    });
    this.stages = new StageView(root.querySelector(".stages"), (scale) => this.words.set({ scale }));
    this.comparison = new Comparison(root.querySelector(".comparison"), this.words, {
      columns: () => this.#columns(),
      opened: (model) => this.#opened(model),
      same: "They do not: the strategies changed no draw.",
    });
  }

  receive(data, { setStateValue }) {
    const isNews = this.words.receive(data, (state) => setStateValue("state", state));
    this.data = data;
    if (isNews) {
      setRange(this.dial, data);
      this.stages.setScale(data.words.scale);
      if (!this.dial.isTurning()) turn(this.dial, Number(data.words.temperature));
      if (this.logits) this.#showStages();
    }
    this.comparison.receive(data, isNews);
  }

  #opened(model) {
    this.model = model;
    this.logits = model.after(model.vocabulary.read(this.data.prompt).ids).logits();
    this.root.querySelector(".no-stage").hidden = this.data.strategies.length > 0;
    this.#showStages();
  }

  #turned(temperature) {
    this.words.set({ temperature: String(temperature) });
    if (!this.logits) return;
    this.#showStages();
    this.comparison.write();
  }

  #showStages() {
    const { model, logits, dial, data } = this;
    this.stages.show(
      stagesShown({
        model,
        logits,
        temperature: dial.temperature,
        strategies: data.strategies,
        names: data.stageNames,
        colourAt: (temperature) => colourOf(data.colours, temperature),
      }),
    );
  }

  /** A text without strategies and, if there are some, one with them. */
  #columns() {
    const { temperature } = this.dial;
    const { strategies, names } = this.data;
    const alone = `T = ${shortFigure(temperature)}`;
    const columns = [{ temperature, strategies: [], name: alone, line: alone }];
    if (!strategies.length) return columns;
    const name = [alone, ...names].join(", ");
    return [...columns, { temperature, strategies, name, line: `${alone}, cut` }];
  }

  end() {
    endDial(this.dial);
    this.stages.end();
    this.comparison.end();
    this.words.end();
  }
}

export default mounted(".strategies", Strategies);
