"""How a commitment gets onto the chain, and stays followed until it is proven to be there."""
