// What a model learned from, in figures, and the curve of its loss.

import { showFigures } from "../shared/figures.js";
import { mounted } from "../shared/mount.js";
import { LossChart } from "../loss_chart/loss_chart.js";

export class Learned {
  constructor(root) {
    this.find = (name) => root.querySelector(`.${name}`);
    this.chart = new LossChart(root);
  }

  /** `learned`: { figures: [[label, value, small print]], note, training, heldOut, unit }. */
  receive({ learned: { figures, note, training, heldOut, unit } }) {
    showFigures(this.find("figures"), figures);
    this.find("note").textContent = note;
    this.find("losses").hidden = training.length + heldOut.length === 0;
    this.chart.show({ training, heldOut, unit });
  }

  end() {
    this.chart.observer.disconnect();
  }
}

export default mounted(".learned", Learned);
