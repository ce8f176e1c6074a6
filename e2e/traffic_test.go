package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// confirm waits for a preview with that title, and confirms it once it may be.
func (x *terminal) confirm(title, button string) string {
	x.t.Helper()
	x.see(title)
	preview := x.see(`\[ ` + button + ` \] y`)
	require.Regexp(x.t, title, preview)
	x.press("y")
	x.miss(`\[ Cancel \]`)
	return preview
}

// behind are the names of the ready endpoints' pods of a Service.
func (p *practice) behind(namespace, service string) []string {
	p.t.Helper()
	out := p.kubectl("-n", namespace, "get", "endpointslices", "-l", "kubernetes.io/service-name="+service, "-o",
		`jsonpath={range .items[*].endpoints[?(@.conditions.ready==true)]}{.targetRef.name}{"\n"}{end}`)
	return strings.Fields(out)
}

// all says that every name begins with a prefix, and that there are that many.
func all(names []string, prefix string, n int) bool {
	for _, name := range names {
		if !strings.HasPrefix(name, prefix) {
			return false
		}
	}
	return len(names) == n
}

// Blue and green: the flip is gated, verified on the slices and taken back with
// one key; the slices never hold fewer ready endpoints than the plan promised.
func TestFlipByKeyboard(t *testing.T) {
	p := up(t, "blue-green")
	p.kubectl("-n", "shop", "create", "service", "clusterip", "storefront-api", "--tcp=80:8080")
	p.kubectl("-n", "shop", "set", "selector", "service", "storefront-api", "app=storefront,version=blue")
	watch := newEndpointWatch(p, "shop", "storefront", 3)
	desk := p.desk(140, 40, "-n", "shop")
	desk.line("Complete", "storefront-green", "3/3")
	desk.press("4")
	desk.line("storefront-api", "blue")

	t.Run("flip one, and back with one key", func(t *testing.T) {
		desk.press("/", "storefront", "enter")
		desk.see(`filter storefront`)
		desk.press("g", "b")
		desk.see(`Flip shop/storefront`)
		desk.see(`version=green +storefront-green, 3 of 3 ready`)
		desk.press("enter")
		preview := desk.confirm(`Flip shop/storefront to version=green`, "Flip")
		require.Regexp(t, `never fewer than 3 ready endpoints`, preview)
		require.Regexp(t, `Service storefront-api selects the same pods and stays`, preview)
		p.eventually("only green", func() bool { return all(p.behind("shop", "storefront"), "storefront-green", 3) })
		desk.see(`switched in \d+(\.\d)?s|switched in \d+ms`)
		desk.press("U")
		desk.confirm(`takes back: Flip shop/storefront`, "Flip")
		p.eventually("only blue", func() bool { return all(p.behind("shop", "storefront"), "storefront-blue", 3) })
	})
	t.Run("two Services as one plan, taken back as one", func(t *testing.T) {
		desk.press("g", "space", "j", "space", "b")
		desk.see(`Flip shop/storefront, shop/storefront-api`)
		desk.press("enter")
		desk.confirm(`Flip 2 services`, "Flip 2")
		p.eventually("both green", func() bool {
			return all(p.behind("shop", "storefront"), "storefront-green", 3) && all(p.behind("shop", "storefront-api"), "storefront-green", 3)
		})
		desk.see(`2 of 2`)
		desk.press("U")
		desk.confirm(`takes back: Flip shop/storefront.* and 1 more`, "Flip 2")
		p.eventually("both blue", func() bool {
			return all(p.behind("shop", "storefront"), "storefront-blue", 3) && all(p.behind("shop", "storefront-api"), "storefront-blue", 3)
		})
	})
	t.Run("a colour that is not ready is refused, and the name overrules it", func(t *testing.T) {
		require.GreaterOrEqual(t, watch.lowest(), 3, "%v", watch.seen)
		p.kubectl("-n", "shop", "scale", "deployment/storefront-green", "--replicas=1")
		p.eventually("one green pod", func() bool { return p.field("shop", "storefront-green", ".status.readyReplicas") == "1" })
		desk.press("g", "b")
		desk.see(`version=green`)
		desk.press("enter")
		desk.see(`1 of \d pods? matching .*`)
		desk.see(`to overrule, type storefront >`)
		desk.press("enter", "y") // neither confirms
		desk.see(`storefront > y`)
		desk.press("backspace", "\x1b[200~storefront\n\x1b[201~", "enter")
		desk.see(`to overrule, type storefront > +│`) // nor does a paste
		require.True(t, all(p.behind("shop", "storefront"), "storefront-blue", 3))
		for _, letter := range "storefront" {
			desk.press(string(letter))
		}
		desk.press("enter")
		desk.see(`overruled: 1 of \d pod`)
		desk.confirm(`Flip shop/storefront to version=green`, "Flip")
		p.eventually("one green", func() bool { return all(p.behind("shop", "storefront"), "storefront-green", 1) })
	})
}

// A pod taken out of its Service by a label, and put back.
func TestLabelByKeyboard(t *testing.T) {
	p := up(t, "steady")
	desk := p.desk(140, 40, "-n", "shop")
	desk.line("Complete", "cart", "4/4")
	// The technique asks for a label in the template and in the selector.
	p.kubectl("-n", "shop", "patch", "deployment", "cart", "-p", `{"spec":{"template":{"metadata":{"labels":{"status":"enabled"}}}}}`)
	p.kubectl("-n", "shop", "rollout", "status", "deployment/cart", "--timeout=60s")
	selector := p.kubectl("-n", "shop", "get", "service", "cart", "-o", "jsonpath={.spec.selector.app}")
	p.kubectl("-n", "shop", "set", "selector", "service", "cart", "app="+selector+",status=enabled")
	p.eventually("four behind the Service", func() bool { return len(p.behind("shop", "cart")) == 4 })
	desk.press("3")
	desk.press("/", "cart", "enter")
	desk.see(`4 of \d+ pods`)

	desk.press("g", "space", "j", "space", "L")
	desk.see(`Label 2 pods`)
	desk.line("status-", "out of Service cart")
	desk.press("status-", "enter")
	preview := desk.confirm(`Label 2 pods`, "Label 2")
	require.Regexp(t, `leaves Service cart`, preview)
	p.eventually("two left", func() bool { return len(p.behind("shop", "cart")) == 2 })
	require.Equal(t, "4", p.field("shop", "cart", ".status.readyReplicas"), "they go on running")
	desk.see(`2 of 2`)
	desk.press("U")
	desk.confirm(`takes back: Label`, "Label 2")
	p.eventually("four again", func() bool { return len(p.behind("shop", "cart")) == 4 })

	// A label of the ReplicaSet's selector would orphan the pod: it says so.
	desk.press("g", "L")
	desk.see(`Label shop/cart-`)
	desk.press("app=elsewhere", "enter")
	desk.see(`lets the pod go and makes a new one`)
	desk.press("esc")
	desk.miss(`\[ Cancel \]`)
}

// Image, strategy and several Deployments at once.
func TestTemplateMovesByKeyboard(t *testing.T) {
	p := up(t, "gpu-full,steady")
	desk := p.desk(140, 40, "-A")

	t.Run("the way out of a surge deadlock", func(t *testing.T) {
		desk.line("ml", "ranker", "0/1")
		desk.press("/", "ranker", "enter")
		desk.see(`1 of \d+ Deployments`)
		desk.see(`maxSurge`)
		desk.press("S")
		desk.see(`Set the strategy of ml/ranker`)
		desk.press("enter")
		preview := desk.confirm(`Set the strategy of ml/ranker`, "Set strategy")
		require.Regexp(t, `maxSurge\s+25% → 0`, preview)
		require.Regexp(t, `maxUnavailable\s+25% → 1`, preview)
		desk.line("Complete", "ranker", "1/1")
		require.Equal(t, "0", p.field("ml", "ranker", ".spec.strategy.rollingUpdate.maxSurge"))
	})
	t.Run("an image, with a reason", func(t *testing.T) {
		desk.press("esc")
		desk.see(`\d+ Deployments`)
		desk.miss(`1 of \d+ Deployments`)
		desk.press("/", "cart", "enter")
		desk.see(`1 of \d+ Deployments`)
		desk.press("i")
		desk.see(`Set the image of shop/cart`)
		desk.press("ctrl+u", "not an image", "enter")
		desk.see(`give one without spaces`)
		desk.press("ctrl+u", "registry.example/shop/cart:v9", "tab", "INC-7 new cart", "enter")
		preview := desk.see(`Set the image of shop/cart.*\n(.*\n)*.*\[ Set image \]`)
		require.Regexp(t, `change-cause\]\s+.*→ INC-7 new cart`, preview)
		require.Regexp(t, `new pods take about`, preview)
		desk.confirm(`Set the image`, "Set image")
		p.eventually("the image", func() bool {
			return p.field("shop", "cart", ".spec.template.spec.containers[0].image") == "registry.example/shop/cart:v9"
		})
		require.Equal(t, "INC-7 new cart", p.field("shop", "cart", `.metadata.annotations.kubernetes\.io/change-cause`))
		desk.line("Complete", "cart", "4/4")
	})
	t.Run("several at once, partly refused", func(t *testing.T) {
		desk.press("esc")
		desk.miss(`1 of \d+ Deployments`)
		p.kubectl("-n", "shop", "rollout", "pause", "deployment/cart")
		desk.press("/", "-l app.kubernetes.io/part-of=shop", "enter")
		desk.line("Paused", "cart")
		desk.see(`[3-9] of \d+ Deployments`)
		desk.press("N", "g", "space", "j", "space", "j", "space", "t")
		preview := desk.see(`Pause \d+ deployments?|Pause shop/`)
		require.Regexp(t, `left out: .*shop/cart is already paused`, preview)
		desk.confirm(`Pause \d deployments`, "Pause 2")
		desk.see(`2 of 2`)
		desk.press("U")
		desk.confirm(`takes back: Pause`, "Resume 2")
		desk.see(`2 of 2`)
		p.eventually("only the cart is paused", func() bool {
			out := p.kubectl("-n", "shop", "get", "deployments", "-o", `jsonpath={range .items[?(@.spec.paused==true)]}{.metadata.name} {end}`)
			return strings.TrimSpace(out) == "cart"
		})
	})
}
