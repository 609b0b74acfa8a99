/** Saves the edited legend of the shown mask. */
import { legendName } from "../decoding/export-name.js";
import { post } from "../notices.js";
import { decoder, untilDone } from "../open-mask.js";
import { saveFile } from "../save-file.js";
import { withDocument } from "./edit-state.js";
import { isPlain, textOf } from "./legend-document.js";

export type LegendFile = "result" | "labelmap.txt";

/** The edits count as saved if the file holds all of the legend. */
export function saveLegend(file: LegendFile): Promise<void> {
  return withDocument(async (document, { name }, encoding) => {
    const result = textOf(document);
    const isResult = file === "result";
    const text = isResult
      ? result
      : await untilDone(() => decoder.ask("labelmapTxt", { text: result, name: legendName(name) }));
    const saved = saveFile(isResult ? legendName(name) : file, new Blob([text]));
    const isWhole = isResult || isPlain(document);
    const loss = "It has only colours and names. Save the result to keep objects and class ids.";
    const reading = `labelmap decode --encoding ${encoding} reads the mask with it.`;
    const advice = !isWhole ? loss : document.isOfIds ? reading : undefined;
    post("editing", { kind: "info", text: `Saved ${saved}.`, ...(advice !== undefined && { advice }) });
    return isWhole;
  });
}
