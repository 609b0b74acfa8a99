/** Checks of the names of classes, and of objects without numbers. */

import { counted } from "labelmap/checks";
import { PALETTES } from "labelmap/legend";
import { isPalette } from "../../legend-flags.js";
import { type Check, type Examined, listed, NameList } from "../finding.js";
import { oneLetterApart } from "../typos.js";
import { foundIn } from "./decoding.js";

export const alikeClasses: Check = {
  code: "classes-alike",
  severity: "warning",
  finds: "classes whose names differ only in case, spaces, hyphens or underscores",
  remedy: "If they are one class, merge them: the command does so with --map-classes.",
  start: () => ({
    finish: ({ report, summary, commands }) => {
      const names = new NameList();
      const pixelsOf = new Map(summary.classes.map(({ name, pixels }) => [name, pixels]));
      const map: Record<string, string[]> = {};
      for (const group of report.similarNames) {
        const [most, ...others] = [...group].sort((a, b) => (pixelsOf.get(b) ?? 0) - (pixelsOf.get(a) ?? 0));
        names.add(group.join(", "));
        map[most!] = others;
      }
      const message = `${counted(names.count, "class is", "classes are")} written in several ways: ${names.names.slice(0, 3).join("; ")}`;
      return foundIn(names, message, { command: commands.convertWithClassMap(map) });
    },
  }),
};

export const unlistedClasses: Check = {
  code: "classes-unlisted",
  severity: "warning",
  finds: "classes that have pixels and are not in the class list of the set",
  remedy: "Add them to the class list. As it is, a converted set has no class for their pixels.",
  start: () => ({
    finish: ({ classes, summary, commands }) => {
      const names = new NameList();
      if (classes !== null) for (const name of unlistedIn({ classes, summary })) names.add(name);
      const message = `${counted(names.count, "class has", "classes have")} pixels, but the class list lacks ${names.count === 1 ? "it" : "them"}: ${names}`;
      return foundIn(names, message, { command: commands.convert() });
    },
  }),
};

/** The classes that have pixels, but no id. */
export function unlistedIn({ classes, summary }: Pick<Examined, "classes" | "summary">): string[] {
  return summary.classes
    .filter(({ name, pixels }) => pixels > 0 && classes?.idOf(name) === undefined)
    .map(({ name }) => name);
}

export const typos: Check = {
  code: "classes-typo",
  severity: "note",
  finds: "classes whose names of five letters or more differ by one letter",
  remedy: "If one of them is a typing error, merge the classes with `labelmap convert --map-classes`.",
  start: () => ({
    finish: ({ summary }) => {
      const names = new NameList();
      const palettes = Object.values(PALETTES).map(({ entries }) => new Set(entries.map(({ name }) => name)));
      for (const [a, b] of oneLetterApart(summary.classes.map(({ name }) => name))) {
        // A public data set has both, such as horse and house.
        if (palettes.some((known) => known.has(a) && known.has(b))) continue;
        names.add(`${a} and ${b}`);
      }
      return foundIn(
        names,
        `${counted(names.count, "pair of classes differs", "pairs of classes differ")} by one letter: ${names}`,
      );
    },
  }),
};

export const unusedClasses: Check = {
  code: "classes-unused",
  severity: "note",
  finds: "classes of the legend that no mask has",
  remedy: "Nothing to do, unless you expect these classes in this set.",
  start: ({ set, paths, flags }) => ({
    finish: ({ classes, summary }) => {
      const names = new NameList();
      const { name: format } = set.format;
      // Lists that the format or a public data set fixes have more classes than most sets.
      const isFixed =
        set.format.holds.classNames === "fixed" ||
        (format === "voc" && ![...paths].some((path) => /(?:^|\/)labelmap\.txt$/.test(path))) ||
        (flags.legend !== undefined && isPalette(flags.legend));
      if (!isFixed && classes !== null && summary.failed === 0) {
        for (const { id, name, pixels } of summary.classes) {
          if (id !== null && pixels === 0 && !/^_*background_*$/i.test(name)) names.add(name);
        }
      }
      return foundIn(
        names,
        `${counted(names.count, "class of the legend never occurs", "classes of the legend never occur")}: ${names}`,
      );
    },
  }),
};

export const unnumbered: Check = {
  code: "objects-unnumbered",
  severity: "note",
  finds: "labels of things without an object number (a warning if others of the class have one)",
  remedy: "If each connected area is an object, --objects components numbers them.",
  start: () => {
    const images = new NameList();
    const classes = new Map<string, { numbered: number; unnumbered: number; isThing: boolean }>();
    const imagesOf = new Map<string, NameList>();
    return {
      see({ item, map }) {
        // Without the file of the objects none has a number. An issue says so.
        if (map === null || item.issues.some(({ code }) => code === "objects-missing")) return;
        for (const { className, instanceId, isCrowd, isThing, pixelCount } of map.labels) {
          if (pixelCount === 0 || isCrowd) continue;
          const counts = classes.get(className) ?? { numbered: 0, unnumbered: 0, isThing: false };
          classes.set(className, counts);
          counts.isThing ||= isThing;
          if (instanceId > 0) counts.numbered++;
          else {
            counts.unnumbered++;
            const list = imagesOf.get(className) ?? new NameList();
            imagesOf.set(className, list);
            list.add(item.name);
          }
        }
      },
      finish: ({ commands }) => {
        const odd = [...classes].filter(
          ([, { numbered, unnumbered: rest, isThing }]) => rest > 0 && (isThing || numbered > 0),
        );
        if (odd.length === 0) return [];
        const isMixed = odd.some(([, { numbered }]) => numbered > 0);
        const seen = new Set(odd.flatMap(([name]) => imagesOf.get(name)!.names));
        for (const name of seen) images.add(name);
        const labels = odd.reduce((sum, [, counts]) => sum + counts.unnumbered, 0);
        const names = odd.map(([name, { numbered }]) =>
          numbered > 0 ? `${name} (${numbered} with one)` : name,
        );
        const message = `${counted(labels, "label of things has", "labels of things have")} no object number: ${listed(names)}; ${images}`;
        const severity = isMixed ? "warning" : "note";
        const command = commands.convert(["--objects", "components"], { to: "coco-panoptic" });
        return foundIn(images, message, { severity, command });
      },
    };
  },
};
