print("shuren")
