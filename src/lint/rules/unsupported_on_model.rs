//! See `unsupported_on_model.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, MemberCx, Misfit, Rule, Sink, Standing};

pub static RULE: Rule = Rule {
    name: "unsupported-on-model",
    group: Group::Parameters,
    level: Level::Warning,
    ground: Ground::Likely,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::Phone(check),
    page: include_str!("unsupported_on_model.md"),
};

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let Some(model) = cx.model else { return };
    let unfit = cx.common.fits.unfit(cx.model).iter().filter(|unfit| unfit.why == Misfit::NotTaken);
    for (name, at) in unfit.filter_map(|unfit| Some((unfit.name, cx.explicit(unfit.name)?.0))) {
        sink.report(cx.place(at), || {
            let name = cx.common.workspace.names.text(name).into_owned();
            let title = &model.title;
            Draft::new(format!(
                "the vendor's template for the {title} has no `{name}`: such a phone most likely passes over this line"
            ))
            .help(format!(
                "move the line to a file that no {title} reads, or correct the phone's model; what shared files hold for other phones does no harm"
            ))
            .parameter(name)
        });
    }
}
