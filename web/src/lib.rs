//! fvprov in a browser. The worker of the page (`page/worker.js`) calls the methods of [`Tree`]. Results that have parts are
//! JSON; errors are texts for people.

mod archive;
mod catalogue;
mod line_endings;
mod state;
mod tree;
mod views;

use wasm_bindgen::prelude::*;

pub use tree::Tree;

#[wasm_bindgen]
extern "C" {
    /// Reads a file that the user selected.
    #[wasm_bindgen(catch, js_name = readFile)]
    fn read_file(number: u32) -> Result<Vec<u8>, JsValue>;

    /// Reports that files were read.
    #[wasm_bindgen(js_name = reportProgress)]
    fn report_progress(read: usize, files: usize);

    /// Reports why the program stops.
    #[wasm_bindgen(js_name = reportPanic)]
    fn report_panic(message: &str);
}

/// Called once, before all other functions.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| report_panic(&panic.to_string())));
}

/// The version of fvprov.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

/// Fails on purpose, so that tests can check what the page shows.
///
/// # Panics
/// Always.
#[wasm_bindgen(js_name = failForTest)]
#[allow(clippy::panic)]
pub fn fail_for_test() {
    panic!("a test asked for this");
}
