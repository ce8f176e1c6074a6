package watch

import "errors"

// isPending is a request that was given up while a credential plugin ran: it was
// never sent, and says nothing of the server.
func isPending(err error) bool {
	var pending interface{ CredentialsPending() bool }
	return errors.As(err, &pending) && pending.CredentialsPending()
}
