//! Writes the page: `fvprov-page WASM.gz SCRIPT OUT`. The arguments are the compressed library and the script of wasm-bindgen.

use std::error::Error;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fvprov::output::html::{Application, Page};
use fvprov::output::{findings, views};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [wasm, script, out] = arguments.as_slice() else {
        return Err("usage: fvprov-page WASM.gz SCRIPT OUT".into());
    };
    let worker = std::fs::read_to_string(script)? + include_str!("../page/worker.js");
    let page = Page {
        title: "fvprov",
        script: include_str!("../page/page.js"),
        data: &json!({ "wasm": BASE64_STANDARD.encode(std::fs::read(wasm)?), "worker": worker }),
        application: Some(&Application {
            style: include_str!("../page/page.css"),
            frames: &[findings::SCRIPT, views::diff::html::SCRIPT],
        }),
    };
    std::fs::write(out, page.render()?)?;
    Ok(())
}
