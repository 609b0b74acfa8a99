import { render } from "preact";

render(<main>labelmap explorer</main>, document.getElementById("app")!);
