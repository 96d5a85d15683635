import SQL
import Testing

@Suite(.timeLimit(.minutes(2))) struct PostgresContractTests {
    @Test(arguments: DatabaseContract.all)
    func holds(_ contract: DatabaseContract) async throws {
        try await withPostgres { try await contract.check($0) }
    }
}
