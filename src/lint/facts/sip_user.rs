//! Users of SIP accounts, regardless of the notation.

/// The user of `201@pbx.example.com` or `sip:201`: the part that identifies the account on its server.
pub fn user_part(user: &[u8]) -> &[u8] {
    let user =
        [b"sips:".as_slice(), b"sip:"].iter().find_map(|scheme| user.strip_prefix(*scheme)).unwrap_or(user);
    let end = memchr::memrchr(b'@', user).filter(|at| *at > 0).unwrap_or(user.len());
    user.get(..end).unwrap_or(user)
}

#[cfg(test)]
mod tests {
    use super::user_part;

    #[test]
    fn one_user_has_several_forms() {
        for user in ["201", "201@pbx.example.com", "sip:201@pbx.example.com", "sip:201", "201@"] {
            assert_eq!(user_part(user.as_bytes()), b"201", "{user}");
        }
        assert_eq!(user_part(b"@pbx"), b"@pbx");
    }
}
