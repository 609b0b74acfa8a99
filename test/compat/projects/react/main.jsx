import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LabelledMask } from "./labelled-mask.jsx";

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <LabelledMask mask="mask.png" result="result.json" />
  </StrictMode>,
);
