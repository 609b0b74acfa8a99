/** The figures of the whole comparison. */
import type { ComparedMasks } from "../decoding/protocol.js";
import { formatShare } from "../format.js";

export function Summary({ compared: { scores } }: { compared: ComparedMasks }) {
  const { meanIoU, pixelAccuracy, meanAccuracy, panoptic } = scores;
  return (
    <section aria-label="Figures">
      <dl class="tiles">
        <Tile name="Mean IoU" value={meanIoU} />
        <Tile name="Pixel accuracy" value={pixelAccuracy} />
        <Tile name="Mean accuracy" value={meanAccuracy} />
      </dl>
      {panoptic.things.classCount > 0 && (
        <table class="facts qualities">
          <caption class="visually-hidden">Panoptic quality</caption>
          <thead>
            <tr>
              <th scope="col">Panoptic</th>
              <th scope="col">
                <abbr title="Panoptic quality">PQ</abbr>
              </th>
              <th scope="col">
                <abbr title="Segmentation quality">SQ</abbr>
              </th>
              <th scope="col">
                <abbr title="Recognition quality">RQ</abbr>
              </th>
              <th scope="col">Classes</th>
            </tr>
          </thead>
          <tbody>
            {(["all", "things", "stuff"] as const).map((name) => {
              const { pq, sq, rq, classCount } = panoptic[name];
              return (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{formatFigure(pq)}</td>
                  <td>{formatFigure(sq)}</td>
                  <td>{formatFigure(rq)}</td>
                  <td>{classCount}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function Tile({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{formatFigure(value)}</dd>
    </div>
  );
}

/** NaN means that the figure is not defined: its divisor was zero. */
export function formatFigure(value: number): string {
  return Number.isNaN(value) ? "–" : formatShare(value, 1);
}
