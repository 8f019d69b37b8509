//! Whether a line would keep its meaning under a different name.

use super::value_check::check_value;
use crate::lint::view::{FileCx, SettingText};

/// Whether a file can set a value under the intended name: the file does not already set this name, and the
/// parameter accepts the value. A setting with an empty value is not renamed if a phone that reads the file
/// already has a value for the intended name, because that value could be lost.
pub fn can_rename(cx: &FileCx<'_>, setting: SettingText<'_>, intended: &str) -> bool {
    let Some(parameter) = cx.common.schema.parameter(intended) else { return false };
    let Ok(value) = std::str::from_utf8(setting.value.bytes()) else { return false };
    let may_lose_value = value.is_empty() && has_value(cx, intended);
    !cx.sets(intended) && !may_lose_value && check_value(parameter, value).is_none()
}

fn has_value(cx: &FileCx<'_>, name: &str) -> bool {
    let Some(name) = cx.common.names().id(name) else { return false };
    let mut decided = cx.readers().filter_map(|reader| reader.decides(name));
    decided.any(|at| !cx.common.value(at).is_empty())
}
