//! Any text is settings or is refused; so is any server's address and any model's glob.
#![no_main]

use fvprov::load::Server;
use fvprov::settings::Settings;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(settings) = Settings::parse(text) else { return };
    let _ = settings.model("0021f2000001");
    if let Some(Ok(server)) = settings.server.url.as_deref().map(Server::parse) {
        let _ = server.tree_path("http://10.0.0.1/prov/%2e%2e/a.cfg?x#y");
        let _ = server.tree_path(text);
    }
});
