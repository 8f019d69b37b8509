//! `lint --fix` and `lint --diff`: what was mended goes to the files, or is shown.

use fvprov::lint::fix::Mended;
use fvprov::output::unified_diff;
use fvprov::project::Opened;
use fvprov::text::plural::plural;
use fvprov::text::redact::Mask;

use super::super::{Failure, Global, out};
use super::LintArgs;

/// Writes the mended texts. A file that is no longer what was judged stays as it is, and nothing is written.
pub fn write(global: &Global, opened: &Opened, mended: &Mended) -> Result<(), Failure> {
    opened.write(&mended.texts)?;
    if mended.count > 0 {
        let (count, files) = (plural(mended.count, "finding"), plural(mended.texts.len(), "file"));
        global.note(&format!("mended {count} in {files}"));
    }
    Ok(())
}

/// Shows what would be written.
pub fn show(global: &Global, args: &LintArgs, opened: &Opened, mended: &Mended) -> Result<(), Failure> {
    let mut mask = Mask::new(&opened.schema);
    for (path, text) in &mended.texts {
        let old = opened.workspace.file(path).map_or(&[][..], |file| opened.workspace.text(file));
        let shown = mask.prose(&opened.base.show(path), &[]);
        out::print(unified_diff::unified(&shown, old, text, &mut mask).as_bytes())?;
    }
    let (safely, options) =
        if args.unsafe_fixes { ("", "--fix --unsafe-fixes") } else { (" safely", "--fix") };
    match mended.count {
        0 => global.note(&format!("nothing can be mended{safely}")),
        count => {
            let (count, files) = (plural(count, "finding"), plural(mended.texts.len(), "file"));
            global.note(&format!("{options} would mend {count} in {files}"));
        }
    }
    Ok(())
}
