"""The second factor: codes of an app, passkeys, recovery codes; whose secrets the vault keeps.

requirement says who needs one and keeps those without it out; keeping sets one up and takes it
away; codes accepts what somebody types; passkeys speaks WebAuthn; stage asks at the sign-in;
fresh asks again before a change. allauth keeps the rows and counts, our pages are our own.
"""
