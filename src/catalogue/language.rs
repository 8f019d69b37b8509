//! Names of languages and countries: codes and names in other languages, for suggestions.

/// The English names of the languages and countries with the given code or name. A code can contain a region:
/// `de-AT` is German.
pub(super) fn english_names(text: &str) -> impl Iterator<Item = &'static str> {
    let plain = text.trim().to_lowercase().replace(['-', ' '], "_");
    let language = plain.split(['_', '.']).next().unwrap_or_default().to_owned();
    let names = LANGUAGES.iter().chain(COUNTRIES);
    let whole = names.clone().filter({
        let plain = plain.clone();
        move |(_, words)| has_word(words, &plain)
    });
    let is_region = plain.len() > language.len() && (2..=3).contains(&language.len());
    let of_region = LANGUAGES.iter().filter(move |(_, words)| is_region && has_word(words, &language));
    whole.chain(of_region).flat_map(|(names, _)| names.iter().copied())
}

fn has_word(words: &str, wanted: &str) -> bool {
    words.split(' ').any(|word| word == wanted)
}

/// Names of a language or country: first the names used as parameter values, and then codes and other names,
/// in lowercase.
type Names = (&'static [&'static str], &'static str);

const LANGUAGES: &[Names] = &[
    (&["English"], "en eng englisch anglais inglés inglese"),
    (&["German"], "de deu ger deutsch allemand alemán tedesco"),
    (&["French"], "fr fra fre français francais französisch francés francese"),
    (&["Spanish"], "es spa español espanol castellano spanisch espagnol spagnolo"),
    (&["Italian"], "it ita italiano italienisch italien"),
    (&["Portuguese"], "pt por português portugues portugiesisch portugais"),
    (&["Polish"], "pl pol polski polnisch polonais"),
    (&["Turkish"], "tr tur türkçe turkce türkisch turc"),
    (&["Dutch"], "nl nld dut nederlands niederländisch néerlandais"),
    (&["Russian"], "ru rus русский russisch russe"),
    (
        &["Chinese_S", "Chinese_T"],
        "zh zho chi zh_cn zh_hans zh_sg chinese 中文 简体中文 chinesisch chinois simplified_chinese chinese_simplified",
    ),
    (&["Chinese_T"], "zh_tw zh_hk zh_hant 繁體中文 traditional_chinese chinese_traditional"),
    (&["Czech"], "cs ces cze čeština tschechisch"),
    (&["Danish"], "da dan dansk dänisch"),
    (&["Swedish"], "sv swe svenska schwedisch"),
    (&["Norwegian"], "no nb nn nor norsk norwegisch"),
    (&["Finnish"], "fi fin suomi finnisch"),
    (&["Greek"], "el ell gre ελληνικά griechisch"),
    (&["Hungarian"], "hu hun magyar ungarisch"),
    (&["Romanian"], "ro ron rum română rumänisch"),
    (&["Ukrainian"], "uk ukr українська ukrainisch"),
    (&["Arabic"], "ar ara العربية arabisch"),
    (&["Hebrew"], "he heb עברית hebräisch"),
    (&["Japanese"], "ja jpn 日本語 japanisch"),
    (&["Korean"], "ko kor 한국어 koreanisch"),
];

const COUNTRIES: &[Names] = &[
    (&["Australia"], "au aus australien"),
    (&["Austria"], "at aut österreich oesterreich autriche"),
    (&["Brazil"], "br bra brasil brasilien"),
    (&["Belgium"], "be bel belgien belgique belgië"),
    (&["Chile"], "cl chl"),
    (&["China"], "cn chn 中国"),
    (&["Czech"], "cz cze czechia czech_republic česko tschechien"),
    (&["Denmark"], "dk dnk danmark dänemark"),
    (&["Finland"], "fi fin suomi finnland"),
    (&["France"], "fr fra frankreich francia french"),
    (&["Germany"], "de deu ger deutschland allemagne alemania germania german"),
    (&["Great Britain"], "gb gbr uk united_kingdom britain england großbritannien grossbritannien"),
    (&["Greece"], "gr grc griechenland"),
    (&["Hungary"], "hu hun magyarország ungarn"),
    (&["Lithuania"], "lt ltu lietuva litauen"),
    (&["India"], "in ind indien"),
    (&["Italy"], "it ita italia italien italian"),
    (&["Japan"], "jp jpn 日本"),
    (&["Mexico"], "mx mex méxico mexiko"),
    (&["New Zealand"], "nz nzl neuseeland"),
    (&["Netherlands"], "nl nld nederland niederlande holland dutch"),
    (&["Norway"], "no nor norge norwegen"),
    (&["Portugal"], "pt prt"),
    (&["Spain"], "es esp españa espana spanien spanish"),
    (&["Switzerland"], "ch che schweiz suisse svizzera"),
    (&["Sweden"], "se swe sverige schweden"),
    (&["Russia"], "ru rus россия russland"),
    (&["United States"], "us usa america usa united_states_of_america"),
    (&["Poland"], "pl pol polska polen"),
    (&["Turkey"], "tr tur türkiye türkei"),
    (&["Ireland"], "ie irl irland"),
    (&["Canada"], "ca can kanada"),
];
