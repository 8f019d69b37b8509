//! The message that a server prints at startup, with the provisioning URLs.

use serde_json::{Value, json};

/// A server that has started.
pub struct Greeting<'a> {
    /// The served tree.
    pub served: &'a str,
    /// Number of phones with files of their own.
    pub phones: usize,
    /// The URLs that phones can use.
    pub urls: &'a [String],
    /// DHCP option 66 with the first URL.
    pub option66: &'a str,
}

/// The message as text.
pub fn text(greeting: &Greeting<'_>) -> String {
    let Greeting { served, phones, urls, option66 } = greeting;
    let mut text = format!("serving `{served}`: {} with files of their own\n", super::phones(*phones));
    for (at, url) in urls.iter().enumerate() {
        text += &format!("{}  {url}\n", if at == 0 { "Profile Rule:" } else { "          or:" });
    }
    text += &format!("   option 66:  {option66}\n");
    text
}

/// The message as JSON.
pub fn json(greeting: &Greeting<'_>) -> Value {
    let Greeting { served, phones, urls, option66 } = greeting;
    json!({ "event": "start", "served": served, "phones": phones, "urls": urls, "option66": option66 })
}
