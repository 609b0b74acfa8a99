/** The defects of the mask: colours missing from the legend, and problems in the legend and the PNG. */
import { issueCount } from "../decoding/issue-count.js";
import type { DecodedMask, ShownIssue, ShownLabel } from "../decoding/protocol.js";
import { startEditing } from "../edit/start-editing.js";
import { counted, formatCount, formatShare } from "../format.js";
import { find, type OpenMask } from "../state.js";

/** The most entries of a list. The list of labels has all of them. */
const MOST_SHOWN = 200;

export function defectCount({ labels, unlistedPixels, issues }: DecodedMask): number {
  return unknownOf(labels).length + issueCount(issues) + Number(unlistedPixels > 0);
}

export function Defects({ mask: { decoded } }: { mask: OpenMask }) {
  const { labels, issues, unlistedPixels, kind, encoding } = decoded;
  const isOfColors = encoding === "colors";
  const unknown = unknownOf(labels);
  const unused = labels.filter(({ pixelCount, isUnknown }) => pixelCount === 0 && !isUnknown);
  return (
    <>
      {kind !== "labels" && (
        <p class="quiet">
          There is no result, so each {kind === "colours" ? "colour" : "number"} is a separate label. Drop the
          result or a legend to name the labels.
        </p>
      )}
      {kind === "labels" && defectCount(decoded) === 0 && (
        <p class="all-well">
          Every pixel has {isOfColors ? "a colour" : "an id"} from the legend, and the files have no problems.
        </p>
      )}
      {unknown.length > 0 && (
        <Unknown
          unknown={unknown}
          noun={isOfColors ? "Colour" : "Id"}
          pixels={decoded.width * decoded.height}
        />
      )}
      {unlistedPixels > 0 && (
        <section>
          <h2>Unlisted pixels</h2>
          <p>
            {counted(unlistedPixels, "pixel")}{" "}
            {isOfColors
              ? "with other colours, shown in grey. There are too many colours to list them all."
              : "with other ids, or with an id that means unlabelled, shown in grey."}
          </p>
        </section>
      )}
      {issues.length > 0 && (
        <section>
          <h2>Problems in the files</h2>
          <ul class="issues">
            {issues.map((issue, place) => (
              <Issue key={place} issue={issue} label={labels[issue.label ?? -1]} />
            ))}
          </ul>
        </section>
      )}
      {unused.length > 0 && (
        <section>
          <h2>Labels without pixels</h2>
          <p class="quiet">
            Not a defect in itself: the legend lists these labels, but the mask does not use them.
          </p>
          <ul class="unused">
            {unused.slice(0, MOST_SHOWN).map(({ index, color, name }) => (
              <li key={index}>
                <span class="swatch" style={{ backgroundColor: color }} />
                <bdi>{name}</bdi> <code>{color}</code>
              </li>
            ))}
          </ul>
          <More total={unused.length} />
        </section>
      )}
    </>
  );
}

interface UnknownProps {
  readonly unknown: readonly ShownLabel[];
  readonly noun: "Colour" | "Id";
  readonly pixels: number;
}

function Unknown({ unknown, noun, pixels }: UnknownProps) {
  return (
    <section>
      <h2>{noun}s missing from the legend</h2>
      <table class="facts unknown-colors">
        <thead>
          <tr>
            <th scope="col">{noun}</th>
            <th scope="col">Pixels</th>
            <th scope="col">Share</th>
            <th scope="col">
              <span class="visually-hidden">Find, name</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {unknown.slice(0, MOST_SHOWN).map(({ index, color, name, pixelCount }) => (
            <tr key={index}>
              <th scope="row">
                <span class="swatch" style={{ backgroundColor: color }} />
                <code>{noun === "Colour" ? color : name}</code>
              </th>
              <td>{formatCount(pixelCount)}</td>
              <td>{formatShare(pixelCount, pixels)}</td>
              <td>
                <FindButton label={index} name={noun === "Colour" ? color : name} />{" "}
                <button
                  type="button"
                  class="button small"
                  aria-label={`Name ${noun === "Colour" ? color : name}`}
                  onClick={() => startEditing(index)}
                >
                  Name…
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <More total={unknown.length} />
    </section>
  );
}

function Issue({ issue, label }: { issue: ShownIssue; label: ShownLabel | undefined }) {
  return (
    <li>
      <p>{issue.message}</p>
      <p class="quiet">
        <code>{issue.code}</code>
        {label !== undefined && label.pixelCount === 0 && " · not used in the mask"}
      </p>
      {label !== undefined && label.pixelCount > 0 && <FindButton label={label.index} name={label.name} />}
    </li>
  );
}

function FindButton({ label, name }: { label: number; name: string }) {
  return (
    <button type="button" class="button small" aria-label={`Find ${name}`} onClick={() => find(label)}>
      Find
    </button>
  );
}

function More({ total }: { total: number }) {
  return total > MOST_SHOWN ? <p class="quiet">… and {formatCount(total - MOST_SHOWN)} more.</p> : null;
}

function unknownOf(labels: readonly ShownLabel[]): readonly ShownLabel[] {
  return labels.filter(({ isUnknown }) => isUnknown);
}
