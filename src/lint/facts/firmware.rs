//! Model and version in the name of a firmware file: `FIP14G-FVUI_V0.5.32.3_202105111814_RC.bin` is version
//! 0.5.32.3 for the FIP14G.

use crate::catalogue::{Model, Schema};
use crate::text::address::without_query;
use crate::text::digits::is_digits;

/// Last component of a URL's path, without the query.
pub fn file_name(url: &str) -> &str {
    crate::text::path::file_name(without_query(url))
}

/// Model of a firmware file, from the first word of its name.
pub fn model_in_name<'s>(file: &str, schema: &'s Schema) -> Option<&'s Model> {
    words(file).next().and_then(|word| model(word, schema))
}

/// First model mentioned in a file name.
pub fn model_in<'s>(file: &str, schema: &'s Schema) -> Option<&'s Model> {
    words(file).find_map(|word| model(word, schema))
}

/// Whether two models can probably share a firmware file. The vendor does not document this; models whose
/// names differ only in the letters after the number (`FIP16` and `FIP16Plus`) are assumed to share files.
pub fn is_related(a: &Model, b: &Model) -> bool {
    stem(&a.name) == stem(&b.name)
}

/// Version in the name of a firmware file, for example `V0.5.32.3`.
pub fn version(name: &str) -> Option<Vec<u32>> {
    name.split(['_', '-']).find_map(|word| {
        let digits = word.strip_prefix(['V', 'v'])?;
        let parts: Vec<u32> = digits.split('.').map_while(number).collect();
        (parts.len() >= 3).then_some(parts)
    })
}

fn number(part: &str) -> Option<u32> {
    let digits = is_digits(part);
    part.parse().ok().filter(|_| digits)
}

fn words(file: &str) -> impl Iterator<Item = &str> {
    file.split(|c: char| !c.is_ascii_alphanumeric())
}

fn model<'s>(word: &str, schema: &'s Schema) -> Option<&'s Model> {
    // One catalogue entry can describe two models: `FIP10/FIP10P`.
    schema.model(word).or_else(|| {
        schema
            .models()
            .iter()
            .find(|model: &&Model| model.title.split('/').any(|title| title.eq_ignore_ascii_case(word)))
    })
}

/// Start of a model name, up to and including the first number: `fip16` for `fip16plus`.
fn stem(name: &str) -> &str {
    let digit = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    let end = name[digit..].find(|c: char| !c.is_ascii_digit()).map_or(name.len(), |at| digit + at);
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn firmware_names_contain_model_and_version() {
        let schema = Schema::builtin();
        let vendors = "FIP16-FVUI16_V0.5.15.4_202102231619_RC.bin";
        for (file, model) in
            [(vendors, Some("fip16")), ("FIP10P_V0.5.2.bin", Some("fip10")), ("update.bin", None)]
        {
            assert_eq!(model_in_name(file, schema).map(|model| model.name.as_str()), model, "{file}");
        }
        assert_eq!(model_in("wallpaper-fip15g.png", schema).map(|m| m.name.as_str()), Some("fip15g"));
        assert_eq!(version(vendors), Some(vec![0, 5, 15, 4]));
        assert_eq!(version("FIP13G-V0.5.2.bin"), Some(vec![0, 5, 2]));
        for none in ["update.bin", "VPN_1.bin", "V1.bin", "V0.5.bin"] {
            assert_eq!(version(none), None, "{none}");
        }
        for (a, b, related) in [
            ("fip16", "fip16plus", true),
            ("p22g", "p22p", true),
            ("fip13g", "fip14g", false),
            ("p53", "p510", false),
        ] {
            assert_eq!(is_related(schema.model(a).unwrap(), schema.model(b).unwrap()), related, "{a} {b}");
        }
    }
}
