/** Labels or classes with their colours and shares, in a corner of the stage. */
import { formatCount, formatShare } from "../format.js";

export interface CornerRow {
  readonly name: string;
  readonly color: string;
  readonly pixels: number;
}

interface Props {
  readonly rows: readonly CornerRow[];
  /** What the shares are shares of, in pixels. */
  readonly whole: number;
  /** How many are shown. */
  readonly most: number;
  readonly showPixels?: boolean;
}

export function CornerRows({ rows, whole, most, showPixels = false }: Props) {
  return (
    <>
      <ul>
        {rows.slice(0, most).map(({ name, color, pixels }, place) => (
          <li key={place}>
            <span class="swatch" style={{ backgroundColor: color }} />
            <bdi class="name" title={name}>
              {name}
            </bdi>
            {showPixels && <span>{formatCount(pixels)}</span>}
            <span class="quiet">{formatShare(pixels, whole)}</span>
          </li>
        ))}
      </ul>
      {rows.length > most && <p class="quiet">… and {formatCount(rows.length - most)} more</p>}
    </>
  );
}
