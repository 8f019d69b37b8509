//! What a server prints when it starts: what to enter into a phone.

use serde_json::{Value, json};

/// A server that has started.
pub struct Greeting<'a> {
    /// The served tree.
    pub served: &'a str,
    /// How many phones have files of their own.
    pub phones: usize,
    /// The URLs that phones can use.
    pub urls: &'a [String],
    /// The DHCP option for the first of them.
    pub option66: &'a str,
}

/// The greeting for a person.
pub fn text(greeting: &Greeting<'_>) -> String {
    let Greeting { served, phones, urls, option66 } = greeting;
    let mut text = format!("serving `{served}`: {} with files of their own\n", super::phones(*phones));
    for (at, url) in urls.iter().enumerate() {
        text += &format!("{}  {url}\n", if at == 0 { "Profile Rule:" } else { "          or:" });
    }
    text += &format!("   option 66:  {option66}\n");
    text
}

/// The greeting for a program.
pub fn json(greeting: &Greeting<'_>) -> Value {
    let Greeting { served, phones, urls, option66 } = greeting;
    json!({ "event": "start", "served": served, "phones": phones, "urls": urls, "option66": option66 })
}
