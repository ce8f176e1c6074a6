package inspect

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCredentialsByName(t *testing.T) {
	const masked = "(hidden, 7 characters)"
	for _, c := range []struct{ name, value, want string }{
		{"PASSWORD", "hunter2", masked},
		{"DB_PASSWORD", "hunter2", masked},
		{"DBPASSWORD", "hunter2", masked},
		{"dbPassword", "hunter2", masked},
		{"--db-pass", "hunter2", masked},
		{"REDIS_PWD", "hunter2", masked},
		{"OPENAI_API_KEY", "hunter2", masked},
		{"APIKEY", "hunter2", masked},
		{"AWS_ACCESS_KEY_ID", "hunter2", masked},
		{"GITHUB_TOKEN", "hunter2", masked},
		{"HF_TOKENS", "hunter2", masked},
		{"CLIENT_SECRET", "hunter2", masked},
		{"SENTRY_DSN", "hunter2", masked},
		{"GOOGLE_CREDENTIALS", "hunter2", masked},
		{"SECRET_VALUE", "hunter2", masked},
		{"PASSWORD", "x", "(hidden, 1 character)"},
		{"PASSWORD", "pässwö7", masked},
		{"KEY_FILE", "hunter2", masked},

		{"PASSWORD", "", ""},
		{"PASSWORD", "$(DB_PASS)", "$(DB_PASS)"},
		{"TLS_KEY_FILE", "/tls/key.pem", "/tls/key.pem"},
		{"MAX_TOKENS", "4096", "4096"},
		{"TOKENIZERS_PARALLELISM", "true", "true"},
		{"KEYCLOAK_HOST", "sso", "sso"},
		{"PWD", "/app", "/app"},
		{"LOG_LEVEL", "debug", "debug"},
		{"COMPASS", "north", "north"},
		{"PATH", "/bin", "/bin"},
		{"DATABASE_URL", "redis://:hunter2@r:6379/0", "redis://:(hidden)@r:6379/0"},
		{"URL", "https://example.com:8443/a@b", "https://example.com:8443/a@b"},
		{"", "x", "x"},
	} {
		require.Equal(t, c.want, maskValue(c.name, c.value), "%s=%s", c.name, c.value)
	}
}

func TestCredentialsOnACommandLine(t *testing.T) {
	for _, c := range []struct{ in, want []any }{
		{[]any{"--token", "abc", "--port", "80"}, []any{"--token", "(hidden, 3 characters)", "--port", "80"}},
		{[]any{"--token", "--port=80"}, []any{"--token", "--port=80"}},
		{[]any{"TOKEN=abc", "serve"}, []any{"TOKEN=(hidden, 3 characters)", "serve"}},
		{
			[]any{"sh", "-c", `export PASSWORD="a b"; run --token abc --level=debug -v 'x'`},
			[]any{"sh", "-c", `export PASSWORD=(hidden, 3 characters); run --token (hidden, 3 characters) --level=debug -v 'x'`},
		},
		// where the secret ends cannot be told, so all of it goes
		{[]any{"TOKEN=a b --level=debug"}, []any{"TOKEN=(hidden, 17 characters)"}},
		{[]any{"-c", "curl https://u:abc@host/x"}, []any{"-c", "curl https://u:(hidden)@host/x"}},
		{
			[]any{"-c", "URL=https://u:abc@host/x run --token abc"},
			[]any{"-c", "URL=https://u:(hidden)@host/x run --token (hidden, 3 characters)"},
		},
		{[]any{"--token=abc", "serve"}, []any{"--token=(hidden, 3 characters)", "serve"}},
		{[]any{1, nil}, []any{1, nil}},
	} {
		maskWords(c.in)
		require.Equal(t, c.want, c.in)
	}
}
