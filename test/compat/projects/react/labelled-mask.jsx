import { decodeMask } from "labelmap";
import { useEffect, useRef, useState } from "react";

/** Draws a mask. The name of the label under the pointer is shown below it. `mask` and `result` are URLs. */
export function LabelledMask({ mask, result }) {
  const canvas = useRef(null);
  const [map, setMap] = useState(null);
  const [message, setMessage] = useState("decoding …");

  useEffect(() => {
    const loading = new AbortController();
    const { signal } = loading;
    decodeMask(fetch(mask, { signal }), fetch(result, { signal }), { signal }).then(
      (decoded) => {
        if (signal.aborted) return;
        draw(canvas.current, decoded);
        setMap(decoded);
        setMessage(`${decoded.labels.length} labels`);
      },
      (error) => {
        if (!signal.aborted) setMessage(error.message);
      },
    );
    return () => loading.abort(); // the component has gone, or shows another mask
  }, [mask, result]);

  function showLabel({ nativeEvent: { offsetX, offsetY }, currentTarget }) {
    if (map === null) return;
    const x = Math.floor((offsetX * map.width) / currentTarget.clientWidth);
    const y = Math.floor((offsetY * map.height) / currentTarget.clientHeight);
    setMessage(map.labelAt(x, y)?.name ?? "no label");
  }

  return (
    <figure>
      <canvas ref={canvas} style={{ width: "100%" }} onPointerMove={showLabel} />
      <figcaption>{message}</figcaption>
    </figure>
  );
}

function draw(canvas, map) {
  Object.assign(canvas, { width: map.width, height: map.height });
  canvas.getContext("2d").putImageData(map.toImageData(), 0, 0);
}
