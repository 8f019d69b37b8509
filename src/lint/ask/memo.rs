//! What facts work out once for a run, whichever files, phones and rules ask for it.

use std::any::Any;
use std::sync::OnceLock;

/// One value of each type, made when it is first asked for. A list, as there are few.
#[derive(Default)]
pub struct Memo {
    slot: OnceLock<Box<Slot>>,
}

struct Slot {
    value: Box<dyn Any + Send + Sync>,
    next: Memo,
}

impl Memo {
    /// The value of a type. `make` must be cheap and must not use the memo itself: a value that is expensive fills
    /// itself later, when it is used.
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
