//! Values that facts compute once per run and share between files, phones and rules.

use std::any::Any;
use std::sync::OnceLock;

/// One value per type, created on first use. The values form a linked list, because there are only a few of
/// them.
#[derive(Default)]
pub struct Memo {
    slot: OnceLock<Box<Slot>>,
}

struct Slot {
    value: Box<dyn Any + Send + Sync>,
    next: Memo,
}

impl Memo {
    /// Returns the value of a type. `make` must be cheap and must not use the memo itself. Expensive values
    /// should compute their content lazily.
    pub fn get<T: Any + Send + Sync>(&self, make: impl Fn() -> T) -> &T {
        let mut memo = self;
        loop {
            let slot =
                memo.slot.get_or_init(|| Box::new(Slot { value: Box::new(make()), next: Self::default() }));
            match slot.value.downcast_ref() {
                Some(value) => return value,
                None => memo = &slot.next,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Memo;

    #[test]
    fn each_type_has_one_value() {
        let memo = Memo::default();
        assert_eq!(memo.get(|| 1_u8), &1);
        assert_eq!(memo.get(|| "a"), &"a");
        assert_eq!((memo.get(|| 2_u8), memo.get(|| "b")), (&1, &"a"));
    }
}
