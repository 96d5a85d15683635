print("onsale: not yet")
