//! See `key-without-account.md`.

use crate::catalogue::RelationKind;
use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::relation::related;
use crate::lint::view::MemberCx;

rule! { "key-without-account", Info, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    let has_accounts = cx.values("account.X.enable").any(|(_, _, value)| value == "1");
    for setting in related(cx, RelationKind::NamesAccount, None) {
        // Only some types of keys use an account.
        let uses_account = setting.others.iter().any(|other| {
            cx.value(other).is_some_and(|(_, value)| setting.relation.accepts_other(&value.text()))
        });
        let Some(account) = setting.value.parse::<u32>().filter(|account| uses_account && *account > 0)
        else {
            continue;
        };
        let most = cx.model.and_then(|model| Some((model, model.accounts?.most)));
        let mut help = format!("set `{}` to the number of an enabled account", setting.name);
        let message = match most {
            Some((model, most)) if account > most => {
                format!(
                    "this key uses account {account}, but a {} has {most} accounts: the key does nothing",
                    model.title
                )
            }
            _ if cx.account(account).is_off() => {
                help = format!("{help}, or set `account.{account}.enable = 1`");
                format!("this key uses account {account}, which is off: the key does nothing")
            }
            _ if has_accounts && cx.lacks(&format!("account.{account}.enable")) => format!(
                "this key uses account {account}, which none of this phone's files enable: the key does nothing, unless the phone \
                 already has this account"
            ),
            _ => continue,
        };
        sink.report(cx.place(setting.at), || {
            Diagnostic::new(message).help(help).parameter(setting.name).evidence(setting.relation.evidence)
        });
    }
}
