import httpx


def test_it_judges_requests_by_the_published_schema(stripe_mock: str) -> None:
    """A parameter that Stripe does not know is refused, one that it knows is answered."""
    with httpx.Client(base_url=stripe_mock, auth=("sk_test_123", ""), trust_env=False) as stripe:
        assert stripe.post("/v1/products", data={"name": "Invoice"}).is_success
        refused = stripe.post("/v1/products", data={"nom": "Facture"})
    assert refused.status_code == httpx.codes.BAD_REQUEST
