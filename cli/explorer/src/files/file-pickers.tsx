/** The buttons that let the user choose files or a folder. */
import { useRef } from "preact/hooks";
import { openFiles } from "../open-files.js";
import { pickedFiles } from "./dropped-files.js";

export function FilePickers() {
  return (
    <>
      <Picker
        label="Open files…"
        input={{ accept: ".png,.json,.txt,.csv,.tsv,.gpl,.jpg,.jpeg,.webp", multiple: true }}
      />
      <Picker label="Open folder…" input={{ webkitdirectory: true }} />
    </>
  );
}

function Picker({ label, input }: { label: string; input: object }) {
  const element = useRef<HTMLInputElement>(null);
  const onChange = () => {
    const files = pickedFiles(element.current!);
    // Choosing the same file again must fire the event again.
    element.current!.value = "";
    if (files.length > 0) openFiles(files);
  };
  return (
    <>
      <button type="button" class="button" onClick={() => element.current!.click()}>
        {label}
      </button>
      <input ref={element} type="file" hidden aria-label={label} onChange={onChange} {...input} />
    </>
  );
}
