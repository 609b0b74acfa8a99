/** The page's messages, without a page: which of them replace each other. */
import { beforeEach, expect, it } from "vitest";
import { dismiss, dismissInfos, type Notice, notices, post } from "../../cli/explorer/src/notices.js";

const info = (text: string): Notice => ({ kind: "info", text });
const error = (text: string): Notice => ({ kind: "error", text });
const shown = () => notices.value.map(({ subject, notice }) => [subject, notice.text]);

beforeEach(() => {
  notices.value = [];
});

it("replaces only the message of the same subject", () => {
  post("opening", info("a is open"));
  post("comparison", info("b compared with a"));
  post("export", error("a cannot be saved"));
  post("opening", error("c is broken"));
  expect(shown()).toEqual([
    ["comparison", "b compared with a"],
    ["export", "a cannot be saved"],
    ["opening", "c is broken"],
  ]);
});

it("dismisses the message of one subject, or all that are not errors", () => {
  post("opening", error("c is broken"));
  post("comparison", info("b compared with a"));
  post("copying", info("copied"));
  dismiss("copying");
  dismiss("export");
  expect(shown()).toEqual([
    ["opening", "c is broken"],
    ["comparison", "b compared with a"],
  ]);
  dismissInfos();
  expect(shown()).toEqual([["opening", "c is broken"]]);
});

it("announces the same words again as a new message, but not a message that is still shown", () => {
  const ids = () => notices.value.map(({ id }) => id);
  const saved = info("saved");
  post("export", saved);
  const first = ids();
  post("export", saved);
  expect(ids()).toEqual(first);
  post("export", info("saved"));
  expect(ids()).not.toEqual(first);
  expect(shown()).toEqual([["export", "saved"]]);
});
